# Akun: masuk, kata sandi, persetujuan.

accounts-email = E-mail
accounts-email-wrong = Ini bukan alamat e-mail yang lengkap. Contoh: siti@contoh.id
accounts-email-undeliverable = Surat tidak dapat dikirim ke alamat ini. Periksa titik dan tanda hubungnya. Contoh: siti.rahma@contoh.id
accounts-password = Kata sandi
accounts-password-new = Kata sandi baru
accounts-password-hint = Sedikitnya 10 karakter. Kalimat pendek lebih mudah diingat.
accounts-password-short = Baru { $length } karakter. Ketik ulang dengan sedikitnya { $shortest }.

accounts-log-in-title = Masuk
accounts-log-in-wrong = E-mail atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.
accounts-new-here = Belum punya akun?
accounts-register-link = Daftar sebagai pasien
accounts-forgotten = Lupa kata sandi?
accounts-forgotten-body = Hubungi klinik. Setelah memastikan siapa Anda, klinik memberi tautan untuk membuat kata sandi baru.
accounts-clinic-phone = Telepon klinik: { $phone }

accounts-login-again = Anda sudah keluar dari akun ini, atau waktu masuknya sudah habis. Silakan masuk lagi untuk melanjutkan.
accounts-login-again-kept = Anda sudah keluar dari akun ini, atau waktu masuknya sudah habis. Yang Anda tulis dan belum terkirim tersimpan di perangkat ini. Setelah Anda masuk lagi, tulisan itu kembali.
accounts-registered = Terima kasih, pendaftaran Anda sudah kami terima.
accounts-registered-body = Sekarang silakan masuk dengan e-mail dan kata sandi yang baru saja Anda buat.
accounts-registered-cannot = Tidak bisa masuk?
accounts-registered-cannot-body = Mungkin Anda pernah mendaftar. Coba kata sandi Anda yang lama, buat kata sandi baru lewat tautan di bawah, atau hubungi klinik.

accounts-password-title = Buat kata sandi baru
accounts-password-body = Setelah kata sandi disimpan, Anda dikeluarkan dari semua perangkat. Masuk lagi dengan kata sandi ini.
accounts-password-save = Simpan kata sandi
accounts-password-set = Kata sandi sudah disimpan. Silakan masuk.
accounts-link-gone-title = Tautan ini tidak berlaku lagi
accounts-link-gone-body = Tautan kata sandi hanya dapat dipakai sekali dan dalam waktu terbatas. Minta tautan baru, atau hubungi klinik.
accounts-link-gone-ask = Minta tautan baru

accounts-forgot-title = Lupa kata sandi
accounts-forgot-body = Tulis alamat e-mail akun Anda. Kami mengirim tautan untuk membuat kata sandi baru.
accounts-forgot-send = Kirim tautan
accounts-forgot-back = Kembali ke halaman masuk
accounts-forgot-sent-title = Periksa e-mail Anda
accounts-forgot-sent-body = Jika alamat itu terdaftar, tautan untuk membuat kata sandi baru sedang dikirim ke sana. Tautan berlaku satu jam dan hanya dapat dipakai sekali.
accounts-forgot-none = E-mail tidak masuk?
accounts-forgot-none-body = Tunggu beberapa menit dan periksa kotak spam. Jika alamatnya mungkin salah ketik, tulis lagi. Jika tetap tidak ada, hubungi klinik.
accounts-forgot-again = Tulis alamat lagi

accounts-settings = Pengaturan Anda
accounts-security = Keamanan
accounts-settings-log = Riwayat akses
accounts-password-current = Kata sandi sekarang
accounts-password-current-wrong = Ini bukan kata sandi Anda yang sekarang. Coba lagi.
accounts-password-same = Ini kata sandi Anda yang sekarang. Pilih yang lain.
accounts-password-guessed = Kata sandi ini mudah ditebak: terlalu umum, atau berisi nama atau e-mail Anda. Coba rangkai beberapa kata yang tidak biasa dipakai bersama.
accounts-password-change-body = Setelah disimpan, perangkat lain keluar dari akun Anda dan kami mengirim e-mail pemberitahuan kepada Anda.
accounts-password-changed = Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan.

accounts-email-new = Alamat e-mail baru
accounts-email-change = Ganti alamat e-mail
accounts-email-change-body = Alamat sekarang: { $address }. Kami mengirim tautan ke alamat yang baru; penggantian berlaku setelah tautan itu dibuka.
accounts-email-send = Kirim tautan
accounts-email-no-mail = Klinik ini tidak mengirim e-mail. Untuk mengganti alamat, hubungi klinik.
accounts-email-sent = E-mail berisi tautan sudah dikirim. Buka tautannya untuk mengonfirmasi alamat itu.
accounts-email-enough = Sudah tiga e-mail dikirim dalam satu jam. Periksa kotak spam, atau coba lagi nanti.
accounts-email-is-confirmed = Alamat sudah dikonfirmasi
accounts-email-unconfirmed = Alamat ini belum dikonfirmasi. Buka tautan di e-mail yang kami kirim, agar Anda dapat memulihkan akun bila lupa kata sandi.
accounts-email-again = Kirim e-mail lagi
accounts-email-waiting = Menunggu konfirmasi: { $address }. Buka tautan di e-mail yang dikirim ke sana.
accounts-email-confirm-title = Konfirmasi alamat e-mail
accounts-email-confirm-body = Alamat { $address } menjadi alamat akun Anda.
accounts-email-confirm = Konfirmasi alamat ini
accounts-email-confirmed = Alamat e-mail sudah dikonfirmasi.
accounts-email-has-account = Alamat ini sudah dipakai akun lain. Tidak ada yang berubah. Pakai alamat lain, atau hubungi klinik.
accounts-email-link-gone = Tautan konfirmasi ini tidak berlaku lagi. Tautan hanya dapat dipakai sekali, dalam satu hari, dan hanya yang terakhir dikirim yang berlaku. Masuk untuk meminta yang baru.

accounts-sessions = Perangkat yang masuk
accounts-sessions-body = Akun Anda sedang terbuka di perangkat berikut. Keluarkan perangkat yang tidak Anda kenal, lalu ganti kata sandi.
accounts-sessions-end = Keluar dari semua perangkat lain
accounts-sessions-ended = Semua perangkat lain sudah dikeluarkan.
accounts-session-this = Perangkat ini
accounts-session-address = Alamat internet (IP): { $address }
accounts-session-last = Terakhir dipakai:
accounts-session-began = Masuk sejak:
accounts-session-end = Keluarkan
accounts-session-end-named = Keluarkan { $device }
accounts-session-ended = Perangkat itu sudah dikeluarkan.
accounts-device = { $browser } di { $system }
accounts-device-unknown = Perangkat tidak dikenal

accounts-consent = Saya menyetujui cara klinik mengolah data kesehatan saya (versi { $version }).
accounts-consent-read = Baca cara klinik mengolah data Anda

accounts-phone-wrong = Ini bukan nomor telepon Indonesia. Contoh: 0812 3456 7890
