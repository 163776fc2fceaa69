# Lembar pemulihan.

keys-title = Lembar pemulihan
keys-what = Semua data pasien dikunci dengan satu kunci. Tanpa kunci itu tidak seorang pun dapat membaca data maupun cadangannya, dan kunci itu tidak dapat dibuat lagi. Lembar pemulihan adalah kunci itu di atas kertas.
keys-confirmed-by = { $name } sudah mengetik ulang lembar ini pada { $time }.
keys-unconfirmed = Lembar untuk kunci yang sekarang belum diketik ulang. Cetak sekarang: jika komputer rusak, hanya lembar ini yang dapat membuka cadangan.
keys-show-title = Tampilkan dan cetak
keys-show-body = Nomor kunci: { $key }. Masukkan kata sandi Anda untuk melihat lembar ini. Tampilan ini dicatat dalam log audit.
keys-password = Kata sandi Anda
keys-show = Tampilkan lembar
keys-confirm-title = Ketik ulang dua kelompok
keys-confirm-body = Baca dari lembar yang sudah dicetak, supaya Anda tahu bahwa tulisannya jelas.
keys-group = Baris { $line }, kelompok { $place }
keys-group-wrong = Ini bukan kelompok pada lembar. Bandingkan kelima huruf dan angkanya.
keys-confirm = Konfirmasi
keys-confirmed = Lembar pemulihan sudah dikonfirmasi. Simpan di tempat yang aman.
keys-back = Lembar pemulihan
keys-key = Kunci
keys-date = Dicetak pada
keys-qr = Huruf yang sama sebagai kode QR
keys-for-title = Gunanya
keys-for-body = Jika komputer hilang atau rusak: pasang Praktik, jalankan "praktik restore" dengan cadangan terakhir, dan berikan keempat baris ini sebagai --master-key.
keys-where-title = Tempat menyimpannya
keys-where-body = Terkunci seperti stempel klinik, di tempat lain dari komputer dan cadangannya. Siapa pun yang memiliki lembar ini dan sebuah cadangan dapat membaca semua data semua pasien. Jangan difoto, jangan disimpan di komputer.
keys-letters = Yang tampak seperti I atau L adalah 1, yang tampak seperti O adalah 0. Huruf besar dan kecil sama saja.
keys-print = Cetak halaman ini dengan peramban Anda, pada kertas A4.
keys-next = Ketik ulang dua kelompok
