# Verifikasi dua langkah: kode dari aplikasi, kunci sandi, kode cadangan.

accounts-second-title = Satu langkah lagi
accounts-second-body = Kata sandi Anda benar. Satu langkah lagi untuk memastikan bahwa ini memang Anda.
accounts-second-or = Atau dengan kode
accounts-second-go = Masuk
accounts-second-lost = Ponsel hilang atau tidak dibawa?
accounts-second-with-recovery = Pakai kode cadangan
accounts-second-with-app = Pakai kode dari aplikasi
accounts-second-lost-body = Kode cadangan juga hilang? Klinik dapat menghapus langkah kedua setelah memastikan siapa Anda.

accounts-code-label = Kode 6 angka
accounts-code-hint = Buka aplikasi autentikator di ponsel Anda, lalu ketik kode yang tampil.
accounts-code-form = Kode dari aplikasi terdiri dari 6 angka; kode cadangan terdiri dari 16 huruf dan angka.
accounts-code-wrong = Kode ini tidak cocok atau sudah dipakai. Tunggu kode berikutnya. Jika tetap tidak cocok, setel jam ponsel Anda ke waktu otomatis.
accounts-code-wait = Terlalu banyak kode yang salah. Coba lagi { $minutes } menit lagi.
accounts-code-ended = Kode yang dimasukkan beberapa kali tidak cocok. Tunggu sebentar, lalu masuk lagi dari awal.

accounts-recovery-label = Kode cadangan
accounts-recovery-hint = Salah satu dari 10 kode yang Anda simpan. Setiap kode hanya dapat dipakai sekali.
accounts-recovery-used = Anda masuk dengan kode cadangan. Jika ponsel Anda hilang, siapkan yang baru di sini dan hapus yang lama.

accounts-confirm-title = Pastikan ini Anda
accounts-confirm-body = Sebelum mengubah hal yang penting, ketik kata sandi Anda sekali lagi. Ini berlaku 10 menit.
accounts-confirm-go = Lanjutkan

accounts-factors-title = Verifikasi dua langkah
accounts-factors-none = Belum aktif. Dengan langkah kedua, kata sandi yang diketahui orang lain tidak cukup untuk masuk.
accounts-factors-passkeys = { $count } kunci sandi (passkey)
accounts-factors-begin = Aktifkan langkah kedua
accounts-factors-manage = Atur langkah kedua
accounts-factors-must = Akun Anda dapat membuka data pasien. Karena itu, selain kata sandi diperlukan langkah kedua. Pilih salah satu; cukup sekali, kira-kira dua menit.
accounts-factors-staff = Setelah kata sandi, Anda menunjukkan sekali lagi bahwa ini memang Anda. Untuk akun klinik ini wajib.
accounts-factors-may = Dengan langkah kedua, orang yang mengetahui kata sandi Anda tetap tidak bisa masuk. Anda boleh memakainya, tidak wajib.
accounts-factors-confirm-body = Untuk mengubah sesuatu di halaman ini, ketik dahulu kata sandi Anda.
accounts-factors-confirm = Ketik kata sandi

accounts-factor-app = Aplikasi autentikator
accounts-factor-app-body = Aplikasi di ponsel menunjukkan kode 6 angka yang selalu berganti, juga tanpa internet.
accounts-factor-on = Aktif
accounts-factor-added = Ditambahkan
accounts-factor-used = terakhir dipakai
accounts-factor-remove = Hapus
accounts-factor-remove-body = Sesudah dihapus, Anda tidak dapat masuk dengannya lagi. Jika ini yang terakhir, kode cadangan ikut dihapus.
accounts-factor-removed = Sudah dihapus.
accounts-factor-last = Ini langkah kedua Anda yang terakhir. Tambahkan yang lain dahulu, baru hapus yang ini.

accounts-totp-title = Siapkan aplikasi autentikator
accounts-totp-set-up = Siapkan aplikasi
accounts-totp-again = Pindah ke ponsel lain
accounts-totp-remove = Hapus aplikasi
accounts-totp-remove-title = Hapus aplikasi autentikator?
accounts-totp-replaces = Sesudah disimpan, aplikasi di ponsel yang lama tidak berlaku lagi.
accounts-totp-install = 1. Pasang aplikasi di ponsel
accounts-totp-install-body = Misalnya Aegis, Google Authenticator, atau Microsoft Authenticator. Lewati jika sudah ada.
accounts-totp-scan = 2. Pindai kode ini dengan aplikasi itu
accounts-totp-qr = Kode QR untuk aplikasi autentikator
accounts-totp-type = Tidak bisa memindai? Ketik ini di aplikasi:
accounts-totp-account = Nama akun
accounts-totp-secret = Kunci
accounts-totp-try = 3. Ketik kode pertama
accounts-totp-save = Simpan
accounts-totp-added = Aplikasi autentikator sudah disimpan.
accounts-totp-setup-over = Halaman tadi terlalu lama terbuka. Pindai kode yang baru ini.

accounts-factor-passkeys = Kunci sandi (passkey)
accounts-factor-passkeys-body = Masuk dengan sidik jari, wajah, atau kunci layar perangkat ini. Situs palsu tidak dapat mencurinya.
accounts-passkey-use = Masuk dengan kunci sandi
accounts-passkey-without = Kunci sandi memerlukan JavaScript dan alamat { $host }. Kode dari aplikasi selalu bisa dipakai.
accounts-passkey-name = Nama kunci sandi
accounts-passkey-name-hint = Misalnya: HP Samsung, laptop klinik.
accounts-passkey-add = Tambah kunci sandi
accounts-passkey-change = Ubah nama atau hapus
accounts-passkey-rename = Simpan nama
accounts-passkey-remove = Hapus kunci sandi ini
accounts-passkey-remove-title = Hapus kunci sandi ini?
accounts-passkey-added = Kunci sandi sudah ditambahkan.
accounts-passkey-renamed = Nama sudah disimpan.
accounts-passkey-failed = Kunci sandi tidak dapat disimpan. Coba lagi; satu perangkat cukup ditambahkan sekali.
accounts-passkey-stopped = Perangkat tidak menanggapi. Coba lagi, atau pakai kode.
accounts-passkey-wrong = Kunci sandi ini tidak diterima. Coba lagi, atau pakai kode.
accounts-passkey-copied = Kunci sandi ini tampaknya sudah disalin, jadi kami menolaknya. Masuklah dengan kode, lalu hapus kunci sandi itu.

accounts-codes-title = Simpan kode cadangan Anda
accounts-codes-body = Jika ponsel Anda hilang, Anda dapat masuk dengan salah satu kode ini. Setiap kode hanya dapat dipakai sekali. Cetak, atau simpan di tempat yang aman, bukan di ponsel itu sendiri.
accounts-codes-once = Kode ini tidak akan ditampilkan lagi.
accounts-codes-file = kode-cadangan.txt
accounts-codes-download = Unduh sebagai teks
accounts-codes-done = Sudah saya simpan
accounts-codes-heading = Kode cadangan
accounts-codes-left = Masih ada { $count } kode yang belum dipakai.
accounts-codes-few = Kode hampir habis. Buat yang baru.
accounts-codes-new = Buat kode baru
accounts-codes-new-title = Buat kode cadangan baru?
accounts-codes-new-body = Kode yang lama tidak berlaku lagi.
