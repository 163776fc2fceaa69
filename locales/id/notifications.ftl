# Pemberitahuan.

notifications-new = Baru
notifications-close = Tutup pemberitahuan

notifications-consultation-booked = Seorang pasien memesan konsultasi dengan Anda.
notifications-consultation-cancelled = Sebuah konsultasi dibatalkan.
notifications-room-open = Ruang konsultasi Anda sudah terbuka.
notifications-prescription-issued = Resep baru sudah terbit.
notifications-prescription-replaced = Resep baru sudah terbit dan menggantikan resep sebelumnya. Jangan menebus yang lama.
notifications-prescription-cancelled = Sebuah resep dibatalkan oleh dokter. Jangan ditebus.
notifications-call-missed = Ada panggilan yang tidak terjawab.
notifications-consultation-booked-for = Sebuah konsultasi dipesankan untuk pasien yang Anda dampingi.
notifications-care-changed = Klinik mengubah siapa yang mendampingi pasien Anda.
notifications-number-claimed = Seseorang menambahkan pasien dengan NIK yang ada di akun Anda. Hubungi klinik bila itu bukan Anda.

notifications-mail-title = E-mail keluar demo
notifications-mail-body = Demo tidak mengirim e-mail. E-mail yang akan dikirim tampil di sini, yang terbaru di atas.
notifications-mail-none = Belum ada e-mail
notifications-mail-none-body = Tampil di sini setelah seseorang mendaftar, meminta kata sandi baru, atau diundang.
notifications-mail-to = Kepada { $address }

notifications-none = Belum ada pemberitahuan
notifications-none-body = Di sini Anda melihat yang baru: konsultasi, ruang yang terbuka, resep, dan panggilan.
notifications-read-all = Tandai semua sudah dibaca
notifications-today = Hari ini, { $time }
notifications-yesterday = Kemarin, { $time }
