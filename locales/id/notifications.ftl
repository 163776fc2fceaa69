# Pemberitahuan.

notifications-new = Baru
notifications-close = Tutup pemberitahuan

notifications-consultation-booked = Seorang pasien memesan konsultasi dengan Anda.
notifications-consultation-cancelled = Sebuah konsultasi dibatalkan.
notifications-room-open = Ruang konsultasi Anda sudah terbuka.
notifications-prescription-issued = Resep baru untuk Anda telah terbit.
notifications-call-missed = Ada panggilan yang tidak terjawab.
notifications-consultation-booked-for = Sebuah konsultasi dipesankan untuk pasien yang Anda rawat.
notifications-care-changed = Klinik mengubah siapa yang merawat pasien Anda.
notifications-number-claimed = Seseorang menambahkan pasien dengan NIK yang ada di akun Anda. Hubungi klinik bila itu bukan Anda.

notifications-mail-title = Surat keluar demo
notifications-mail-body = Demo tidak mengirim e-mail. Surat yang akan dikirim tampil di sini, yang terbaru di atas.
notifications-mail-none = Belum ada surat
notifications-mail-none-body = Mendaftar, meminta kata sandi baru, atau mengundang orang menulis surat.
notifications-mail-to = Kepada { $address }

notifications-none = Belum ada pemberitahuan
notifications-none-body = Di sini Anda melihat bila ada yang baru: konsultasi, ruang yang terbuka, resep, dan panggilan.
notifications-read-all = Tandai semua sudah dibaca
notifications-today = Hari ini, { $time }
notifications-yesterday = Kemarin, { $time }
