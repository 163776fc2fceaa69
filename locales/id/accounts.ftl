# Akun: masuk, kata sandi, persetujuan.

accounts-email = E-mail
accounts-email-wrong = Ini bukan alamat e-mail yang lengkap. Contoh: siti@contoh.id
accounts-password = Kata sandi
accounts-password-new = Kata sandi baru
accounts-password-hint = Sedikitnya 10 huruf. Kalimat pendek lebih mudah diingat.
accounts-password-short = Baru { $length } huruf. Ketik ulang dengan sedikitnya { $shortest }.

accounts-log-in-title = Masuk
accounts-log-in-wrong = E-mail atau kata sandi tidak cocok. Periksa keduanya, lalu coba lagi.
accounts-new-here = Belum punya akun?
accounts-register-link = Daftar sebagai pasien
accounts-forgotten = Lupa kata sandi?
accounts-forgotten-body = Hubungi klinik. Setelah memastikan siapa Anda, klinik memberi tautan untuk membuat kata sandi baru.
accounts-clinic-phone = Telepon klinik: { $phone }

accounts-registered = Terima kasih, pendaftaran Anda sudah kami terima.
accounts-registered-body = Sekarang masuk dengan e-mail dan kata sandi yang baru saja Anda buat.
accounts-registered-cannot = Tidak bisa masuk?
accounts-registered-cannot-body = Mungkin Anda pernah mendaftar. Coba kata sandi Anda yang dahulu, atau hubungi klinik untuk membuat kata sandi baru.

accounts-password-title = Buat kata sandi baru
accounts-password-body = Setelah disimpan, Anda keluar dari semua perangkat dan masuk lagi dengan kata sandi ini.
accounts-password-save = Simpan kata sandi
accounts-password-set = Kata sandi sudah disimpan. Silakan masuk.
accounts-link-gone-title = Tautan ini tidak berlaku lagi
accounts-link-gone-body = Tautan untuk kata sandi hanya dapat dipakai sekali, dalam satu hari. Minta tautan baru kepada klinik.

accounts-consent = Saya menyetujui cara klinik mengolah data kesehatan saya (versi { $version }).
accounts-consent-read = Baca cara klinik mengolah data Anda
accounts-consent-what = { $clinic } menyimpan identitas Anda, keluhan, catatan konsultasi, dan resep, agar dokter dapat merawat Anda dan resep Anda sah. Semuanya disimpan tersandi.
accounts-consent-who = Data kesehatan Anda hanya dibaca oleh dokter yang merawat Anda dan oleh Anda sendiri. Setiap pembacaan oleh orang lain dicatat. Admin klinik tidak membaca percakapan Anda.
accounts-consent-chat = Percakapan di ruang konsultasi dihapus saat ruang ditutup. Panggilan tidak direkam.
accounts-consent-long = Rekam medis dan resep disimpan sedikitnya 25 tahun sejak kunjungan terakhir, sebagaimana diwajibkan peraturan.
accounts-consent-rights = Anda boleh meminta salinan data Anda, memperbaikinya, dan menarik persetujuan ini kapan saja lewat klinik.

accounts-phone-wrong = Ini bukan nomor telepon Indonesia. Contoh: 0812 3456 7890
