# Pemberitahuan.

notifications-new = Baru
notifications-close = Tutup pemberitahuan

notifications-consultation-booked = Seorang pasien memesan konsultasi dengan Anda.
notifications-consultation-cancelled = Sebuah konsultasi dibatalkan.
notifications-room-open = Ruang konsultasi Anda sudah terbuka.
notifications-prescription-issued = Resep baru untuk Anda telah terbit.
notifications-call-missed = Ada panggilan yang tidak terjawab.
