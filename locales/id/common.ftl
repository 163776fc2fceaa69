# Yang dipakai setiap halaman: bingkai, navigasi, status, dan kata-kata pada isian.

common-product = Praktik
common-skip = Langsung ke isi halaman
common-nav = Navigasi utama
common-nav-dashboard = Beranda
common-nav-doctors = Dokter
common-nav-patients = Pasien
common-nav-in-care = Pasien yang Anda dampingi
common-nav-consultations = Konsultasi
common-nav-messages = Pesan
common-nav-prescriptions = Resep
common-nav-products = Obat
common-nav-people = Petugas
common-nav-settings = Pengaturan
common-nav-audit = Log audit
common-nav-more = Lainnya
common-dock-consultations = Konsultasi
common-dock-prescriptions = Resep

common-log-in = Masuk
common-log-out = Keluar
common-register = Daftar
common-settings = Pengaturan akun
common-account = Akun
common-profile = Profil
common-photo-of = Foto { $name }
common-own-data = Data Anda
common-role-patient = Pasien
common-role-doctor = Dokter
common-role-admin = Admin klinik
common-role-pharmacist = Apoteker

common-notifications = Pemberitahuan
common-unread = belum dibaca

common-language = Bahasa
common-language-id = Bahasa Indonesia
common-language-en = English

common-presence = Kehadiran
common-presence-available = Tersedia
common-presence-here = Di ruang ini
common-presence-busy = Sedang konsultasi
common-presence-away = Sedang keluar
common-presence-offline = Offline
common-presence-unknown = Belum pasti

common-last-news = Terakhir diperbarui pukul
common-connection-lost = Sambungan Anda terputus. Yang tampak di sini mungkin sudah berubah. Mencoba menyambung lagi.
common-emergency = Dalam keadaan darurat, pergi ke IGD terdekat atau hubungi 119.

common-form-wrong = Ada { $count } isian yang perlu diperbaiki
common-password-show = Tampilkan kata sandi
common-password-hide = Sembunyikan kata sandi
common-sending = Mengirim
common-date-day = Tanggal
common-date-month = Bulan
common-date-year = Tahun
common-save = Simpan
common-cancel = Batal
common-back = Kembali

form-required = Wajib diisi.
form-too-long = Terlalu panjang: { $length } karakter. Paling banyak { $largest }.
form-control-characters = Ada tanda yang tidak dapat dibaca. Ketik ulang isian ini.
form-not-a-day = Tanggal ini tidak ada di kalender. Periksa tanggal, bulan, dan tahunnya.
form-day-unreadable = Tulis tanggal, bulan, dan tahun, misalnya 31 12 1991 atau 31 Desember 1991.
form-day-short-year = Tulis tahun dengan empat angka, misalnya 1991.

error-to-dashboard = Ke beranda
error-to-consultations = Ke konsultasi
error-to-login = Masuk
error-not-found-title = Halaman tidak ditemukan
error-not-found-body = Halaman ini tidak ada, atau bukan milik akun Anda. Periksa alamatnya, atau kembali ke beranda.
error-wrong-method-title = Halaman ini tidak dapat dibuka dengan cara itu
error-wrong-method-body = Kembali ke halaman sebelumnya dan coba lagi dari sana.
error-sign-in-title = Silakan masuk dahulu
error-sign-in-body = Anda belum masuk, atau sudah dikeluarkan karena lama tidak aktif. Masuk, lalu coba lagi.
error-forbidden-title = Bagian ini bukan untuk akun Anda
error-forbidden-body = Akun Anda tidak dapat membuka bagian ini. Kembali ke beranda. Jika seharusnya dapat, hubungi klinik.
error-foreign-form-title = Formulir ini sudah tidak berlaku
error-foreign-form-body = Formulir ini dibuka sebelum Anda masuk atau keluar. Kembali, muat ulang halamannya, lalu kirim lagi. Tidak ada yang diubah.
error-foreign-origin-title = Formulir ini datang dari alamat lain
error-foreign-origin-body = Buka klinik melalui alamat yang diberikan kepada Anda, lalu isi formulirnya di sana. Tidak ada yang diubah. Untuk pengelola: bila semua formulir ditolak seperti ini, proksi di depan Praktik harus meneruskan header Host apa adanya, dengan portnya.
error-unreadable-form-title = Isian tidak dapat dibaca
error-unreadable-form-body = Isian yang terkirim bukan dari halaman kami. Kembali, muat ulang halamannya, lalu isi lagi. Tidak ada yang diubah.
error-too-large-title = Kiriman terlalu besar
error-too-large-body = Yang Anda kirim melebihi batas. Perkecil, lalu kirim lagi.
error-too-slow-title = Kiriman terlalu lama tiba
error-too-slow-body = Koneksi lambat atau terputus. Tidak ada yang berubah. Periksa koneksi Anda, lalu kirim lagi.
error-wrong-host-title = Alamat ini bukan milik klinik
error-wrong-host-body = Buka klinik melalui alamat yang diberikan kepada Anda. Untuk pengelola: bila ini alamat klinik sendiri, proksi di depan Praktik harus meneruskan header Host apa adanya, dan --domain harus menyebut nama itu.
error-wrong-kind-title = Jenis isi ini tidak diterima
error-wrong-kind-body = Kembali ke halaman sebelumnya, lalu kirim dari formulir di sana.
error-too-early-title = Ruang belum dibuka
error-too-early-body = Ruang konsultasi dibuka tepat pada waktunya. Halaman konsultasi Anda menunjukkan hitungan mundurnya.
error-gone-title = Ruang sudah ditutup
error-gone-body = Konsultasi ini sudah selesai dan obrolannya sudah dihapus. Resep dari dokter, bila ada, tersimpan di halaman Resep.
error-closed-title = Ruang sudah ditutup
error-closed-body = Pesan dan panggilan tidak dapat dikirim lagi di percakapan ini. Yang sudah ditulis tetap dapat dibaca.
error-conflict-title = Belum dapat dilakukan
error-conflict-body = Keadaannya sudah berubah sebelum kiriman Anda sampai. Muat ulang halamannya, lalu coba lagi.
error-too-many-title = Terlalu banyak percobaan
error-too-many-body = Tunggu { $minutes } menit, lalu coba lagi.
error-unavailable-title = Layanan sedang terganggu
error-unavailable-body = Ada gangguan di sisi kami. Yang terakhir Anda kirim mungkin belum tersimpan. Coba beberapa saat lagi.
