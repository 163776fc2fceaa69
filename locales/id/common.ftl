# Yang dipakai setiap halaman: bingkai, navigasi, status, dan kata-kata pada isian.

common-product = Praktik
common-skip = Langsung ke isi halaman
common-nav = Navigasi utama
common-nav-dashboard = Beranda
common-nav-doctors = Dokter
common-nav-consultations = Konsultasi
common-nav-messages = Pesan
common-nav-prescriptions = Resep
common-nav-products = Obat

common-log-in = Masuk
common-log-out = Keluar
common-register = Daftar
common-account = Akun
common-role-patient = Pasien
common-role-doctor = Dokter
common-role-admin = Admin klinik
common-role-pharmacist = Apoteker

common-notifications = Pemberitahuan
common-unread = belum dibaca

common-language = Bahasa
common-language-id = Indonesia
common-language-en = English

common-presence-available = Tersedia
common-presence-busy = Sedang konsultasi
common-presence-away = Sedang keluar
common-presence-offline = Offline
common-presence-unknown = Belum pasti

common-connection-lost = Sambungan Anda terputus. Yang tampak di sini mungkin sudah berubah. Mencoba lagi.
common-emergency = Dalam keadaan darurat, pergi ke IGD terdekat atau hubungi 119.

common-form-wrong = Ada { $count } isian yang perlu diperbaiki
common-password-show = Tampilkan kata sandi
common-password-hide = Sembunyikan kata sandi
common-sending = Mengirim
common-save = Simpan
common-cancel = Batal
common-back = Kembali
