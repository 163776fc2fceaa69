# Pengaturan klinik dan teks hukumnya.

settings-title = Pengaturan klinik
settings-identity = Identitas klinik
settings-identity-note = Nama tampil di setiap halaman; semuanya tampil di kepala resep.
settings-name = Nama klinik
settings-address = Alamat
settings-city = Kota
settings-city-hint = Tempat pada tanggal resep
settings-phone = Telepon
settings-phone-hint = Seperti 0411 123456 atau 0812 3456 7890
settings-time = Waktu dan rekam medis
settings-zone = Zona waktu klinik
settings-zone-hint = Menentukan hari klinik dan jam konsultasi dokter.
settings-zone-wib = WIB (Jakarta)
settings-zone-wita = WITA (Makassar)
settings-zone-wit = WIT (Jayapura)
settings-zone-wrong = Pilih salah satu zona waktu.
settings-zone-changes = Jika zona diganti, jam konsultasi semua dokter mengikuti zona baru, dan hari klinik mulai pada tengah malam zona baru. Konsultasi yang sudah dipesan tetap pada saat yang sama; jamnya ditulis dalam zona baru, dan tetap dihitung untuk hari semula.
settings-zone-confirm = Ya, ganti zona waktu
settings-slot = Lama satu slot, dalam menit
settings-slot-hint = Kelipatan 5, dari 5 sampai 60. Konsultasi yang sudah dipesan tidak berubah.
settings-slot-wrong = Tulis kelipatan 5, dari 5 sampai 60.
settings-slot-leaves-rest =
    { $others ->
        [0] Jam konsultasi { $doctors } tidak habis dibagi { $minutes } menit. Sisa waktu di akhir rentangnya tidak dapat dipesan.
       *[other] Jam konsultasi { $doctors } dan { $others } dokter lain tidak habis dibagi { $minutes } menit. Sisa waktu di akhir rentangnya tidak dapat dipesan.
    }
settings-slot-confirm = Ya, biarkan sisanya kosong
settings-retention = Lama penyimpanan rekam medis, dalam tahun
settings-retention-hint = Sedikitnya 25 tahun sejak kunjungan terakhir (Permenkes 24/2022).
settings-retention-short = Peraturan mewajibkan sedikitnya { $least } tahun.
settings-retention-long = Paling lama { $largest } tahun.
settings-messages = Obrolan konsultasi
settings-messages-hint = Berlaku untuk konsultasi yang dipesan setelah pengaturan ini disimpan. Yang sudah dipesan tetap seperti yang tertulis saat dipesan.
settings-messages-choose = Pilih salah satu: dihapus atau disimpan.
settings-messages-ephemeral = Dihapus saat ruang ditutup
settings-messages-ephemeral-hint = Kunci ruang dimusnahkan, lalu pesannya dihapus. Tidak ada yang dapat membacanya lagi: pasien, dokter, dan klinik juga tidak. Waktu dan hasil panggilan tetap tersimpan, juga resep.
settings-messages-kept = Disimpan bersama rekam medis
settings-messages-kept-hint = Pesan disimpan terenkripsi seperti resep, ikut dalam cadangan dan salinan data pasien, dan tetap dapat dibaca pasien dan dokternya. Siapa pun yang memegang cadangan dan lembar pemulihan juga dapat membacanya. Jika klinik menulis teks hukum sendiri, sesuaikan dahulu.
settings-number-wrong = Tulis angka bulat.
settings-saved = Pengaturan disimpan.
settings-logo = Logo
settings-logo-note = Tampil di samping nama klinik, di kepala setiap halaman dan resep.
settings-logo-now = Logo klinik sekarang
settings-logo-file = Pilih gambar
settings-logo-hint = JPEG, PNG, atau WebP, paling besar 5 MB. Latar belakang bening tetap bening.
settings-logo-save = Simpan logo
settings-logo-saved = Logo sudah disimpan.
settings-logo-remove = Hapus logo
settings-logo-removed = Logo sudah dihapus.

settings-texts = Teks hukum
settings-texts-note = Dapat dibaca siapa saja, juga sebelum mendaftar.
settings-text-read = Baca seperti pasien membacanya
settings-text-indonesian = Teks bahasa Indonesia
settings-text-english = Teks bahasa Inggris
settings-text-hint = Teks biasa. Baris kosong memulai alinea baru.
settings-text-material = Apa yang berubah?
settings-text-material-needed = Pilih apakah isinya berubah.
settings-text-correction = Perbaikan kata
settings-text-correction-hint = Maknanya sama. Versinya tetap.
settings-text-new-version = Isinya berubah
settings-text-new-version-hint = Menjadi versi baru. Jika ini persetujuan pasien, setiap pasien diminta membaca dan menyetujuinya lagi.
settings-text-publish = Terbitkan
settings-text-saved = Teks diterbitkan.
settings-text-conflict = Admin lain menerbitkan teks ini pada saat yang sama. Muat ulang halamannya, lalu periksa teksnya.
