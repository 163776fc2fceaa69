# Halaman pertama dan beranda setiap peran.

home-welcome-title = Konsultasi dokter dari rumah
home-welcome-body = Konsultasi dengan dokter klinik dari rumah, lewat pesan, suara, atau video. Resep Anda terima di sini juga.
home-register = Daftar sebagai pasien
home-step-choose = Pilih dokter dan waktu
home-step-choose-body = Lihat jam yang masih kosong dan ambil satu, hari ini atau hari lain.
home-step-talk = Bicara dengan dokter
home-step-talk-body = Ruang konsultasi terbuka tepat pada waktunya, hanya untuk Anda dan dokter. Sebelum memesan, Anda membaca apakah obrolannya dihapus atau disimpan.
home-step-prescription = Terima resep
home-step-prescription-body = Dokter menulis resep resmi. Anda membacanya di sini dan menunjukkannya di apotek.

home-hello = Halo, { $name }
home-today = Hari ini
home-tomorrow = Besok
home-next = Konsultasi berikutnya
home-now = Konsultasi sedang berlangsung
home-opens-in = Ruang dibuka dalam
home-left = Sisa waktu
home-enter = Masuk ke ruang konsultasi
home-look = Lihat konsultasi
home-wait-days = { $hours ->
    [0] { $days } hari
   *[other] { $days } hari { $hours } jam
}
home-wait-hours = { $minutes ->
    [0] { $hours } jam
   *[other] { $hours } jam { $minutes } menit
}
home-wait-minutes = { $minutes } menit
home-wait-moment = kurang dari 1 menit
home-no-next = Belum ada konsultasi
home-no-next-body = Pilih dokter dan waktu yang cocok.

home-quick = Pintasan
home-find-doctor = Cari dokter
home-consultations = Konsultasi saya
home-prescriptions = Resep saya
home-messages = Pesan
home-active-title = Resep aktif
home-active = { $count } resep aktif
home-active-none = Belum ada resep aktif. Resep dari dokter muncul di sini.
home-all-prescriptions = Semua resep
home-medicine-and = { $medicine } dan { $count } obat lain
home-recent = Yang baru
home-recent-none = Belum ada yang baru.
home-all = Semua

home-doctor-no-next = Belum ada konsultasi berikutnya
home-doctor-no-next-body = Begitu seorang pasien memesan, konsultasinya muncul di sini.
home-day = Konsultasi hari ini
home-day-none = Tidak ada konsultasi hari ini.
home-all-days = Semua

home-count-consultations = Konsultasi hari ini
home-count-doctors = Dokter aktif
home-count-patients = Pasien terdaftar
home-count-products = Obat yang dapat diresepkan
home-admin-begin = Mulai dari sini
home-admin-begin-body = Tambahkan dokter dengan jam konsultasinya. Sesudah itu pasien dapat memesan.
home-admin-doctors = Kelola dokter
home-admin-products = Kelola obat

home-pharmacist = Selamat datang di apotek
home-pharmacist-body = Akun Anda sudah siap. Layani resep tercetak seperti biasa: cocokkan nama pasien, obat, dan dokternya sebelum menyerahkan obat.
home-pharmacist-profile = Foto, telepon, zona waktu, bahasa
home-pharmacist-security = Kata sandi, langkah kedua, perangkat yang masuk
home-pharmacist-notifications = Kabar dari klinik

home-warnings = Perlu diperhatikan
home-warn-audit = Log audit rusak: ada catatan yang diubah di luar aplikasi.
home-warn-audit-cure = Lihat log audit
home-warn-clock-ahead = Jam komputer klinik maju { $difference }: komputer menunjukkan { $new }, sedangkan Praktik masih memakai { $old }. Jika jam komputer itu benar, terima waktu baru.
home-warn-clock-behind = Jam komputer klinik mundur { $difference }: komputer menunjukkan { $new }, sedangkan Praktik masih memakai { $old }. Jika jam komputer itu benar, terima waktu baru.
home-warn-clock-accept = Terima waktu baru
home-warn-start-before = Saat Praktik dijalankan, jam komputer ({ $start }) lebih awal daripada catatan terakhir klinik ({ $last }). Penutupan dan penghapusan ruang menunggu jawaban Anda, paling lama 10 menit. Jika jam itu salah, betulkan jam komputer dulu.
home-warn-start-after = Saat Praktik dijalankan, jam komputer ({ $start }) dua minggu atau lebih sesudah catatan terakhir klinik ({ $last }). Penutupan dan penghapusan ruang menunggu jawaban Anda, paling lama 10 menit. Jika jam itu salah, betulkan jam komputer dulu.
home-warn-start-right = Jam komputer benar
home-clock-accepted = Praktik sekarang memakai waktu komputer.
home-clock-changed = Jam komputer berubah lagi. Periksa waktunya sekali lagi.
home-warn-no-mail = Tidak ada server e-mail: tautan kata sandi baru dan undangan tidak dapat dikirim. Jalankan praktik serve dengan --mail dan --mail-from. Sampai saat itu, undangan tampil sebagai tautan.
home-warn-sheet = Lembar pemulihan belum dicetak dan diketik ulang. Tanpa lembar itu, data hilang selamanya jika kunci di komputer klinik rusak.
home-warn-sheet-cure = Buka lembar pemulihan
home-warn-factors = { $count } petugas belum memasang langkah kedua: akunnya baru dilindungi kata sandi. Minta mereka masuk dan memasangnya.
home-warn-factors-cure = Lihat petugas
home-warn-mail-login = { $count } e-mail belum terkirim: server e-mail menolak nama pengguna atau kata sandi klinik. Betulkan --mail; pengiriman dicoba lagi sampai 24 jam.
home-warn-mail-sender = { $count } e-mail belum terkirim: server e-mail menolak alamat pengirim. Betulkan --mail-from; pengiriman dicoba lagi sampai 24 jam.
home-warn-mail-turned-away = { $count } e-mail belum terkirim: server e-mail tidak mau melayani klinik. Hubungi penyedia e-mail; pengiriman dicoba lagi sampai 24 jam.
home-warn-mail-insecure = { $count } e-mail belum terkirim: sambungan aman ke server e-mail tidak dapat dibuat. Periksa --mail; pengiriman dicoba lagi sampai 24 jam.
home-warn-mail-away = { $count } e-mail belum terkirim: server e-mail tidak dapat dihubungi atau tidak menjawab. Pengiriman dicoba lagi sampai 24 jam. Periksa --mail.
home-warn-mail-busy = { $count } e-mail belum terkirim: server e-mail minta dicoba lagi nanti. Pengiriman dicoba lagi sampai 24 jam.
home-warn-mail-refused = { $count } e-mail ditolak untuk alamat tujuannya dan tidak dicoba lagi. Periksa alamat di data pasien atau petugas. E-mail yang ditolak disimpan selama 7 hari.
home-warn-mail-refused-cure = Kirim lagi
home-letters-again = E-mail yang ditolak dikirim lagi.
home-warn-sip-ended = { $count } dokter aktif SIP-nya sudah habis dan tidak dapat meresepkan.
home-warn-sip-ending = SIP { $count } dokter habis dalam 60 hari. Sesudahnya dokter tidak dapat meresepkan.
home-warn-settings = Alamat, kota, atau telepon klinik belum diisi. Kepala resep memerlukannya.
home-warn-settings-cure = Isi pengaturan
