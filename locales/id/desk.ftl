# Meja depan: mencari, mendaftarkan, dan memperbaiki data pasien.

desk-patients-title = Pasien
desk-to-patients = Semua pasien
desk-register = Daftarkan pasien
desk-search = Cari pasien
desk-search-hint = NIK, e-mail, telepon, atau kata dari nama
desk-search-go = Cari
desk-newest-title = Terbaru
desk-found-title = Hasil pencarian
desk-show-newest = Tampilkan yang terbaru
desk-more = Berikutnya
desk-nobody-title = Tidak ada pasien yang cocok
desk-nobody-body = Periksa ejaannya. Nama dicari per kata yang utuh; NIK, e-mail, dan telepon harus lengkap.
desk-empty-title = Belum ada pasien
desk-empty-body = Pasien yang mendaftar sendiri atau Anda daftarkan tampil di sini.
desk-born = Lahir { $day }
desk-nik-ends = NIK ············{ $digits }
desk-nik-none = Belum ada NIK
desk-phone-ends = Telp. ···{ $digits }

desk-contested-count =
    { $count ->
       *[other] { $count } pasien memakai NIK yang sudah dimiliki pasien lain.
    }
desk-contested-look = Periksa
desk-contested-title = NIK yang perlu diperiksa
desk-contested-mark = Periksa NIK
desk-contested-none-title = Tidak ada yang perlu diperiksa
desk-contested-none-body = Setiap pasien punya NIK-nya sendiri.
desk-contested-body = NIK pasien ini, atau NIK ibu dan tanggal lahirnya, sudah dimiliki pasien lain. Lihat kartu identitas keduanya, lalu perbaiki NIK salah satunya; atau hubungkan akun pendampingnya dengan pasien yang sudah ada.
desk-holder-open = Buka pasien yang memiliki NIK itu

desk-account-none = Tanpa akun
desk-account-of-others = Lewat akun pendamping
desk-account-active = Akun aktif
desk-account-awaits = Menunggu kata sandi
desk-account-locked = Akun dikunci
desk-account-deactivated = Akun nonaktif

desk-register-title = Daftarkan pasien
desk-register-intro = Lihat KTP atau akta kelahirannya sebelum mengisi.
desk-registered = Pasien sudah terdaftar.
desk-email = E-mail untuk akun sendiri (boleh kosong)
desk-email-hint = Tanpa e-mail, konsultasi pasien dipesankan oleh klinik atau lewat akun pendampingnya.
desk-email-taken = E-mail ini sudah dipakai akun lain. Daftarkan tanpa e-mail, lalu hubungkan dengan akun itu sebagai pendamping.
desk-nik-taken = Nomor ini sudah dimiliki pasien lain. Periksa pasien itu dahulu.
desk-newborn-known = Bayi lain dengan NIK ibu dan tanggal lahir ini sudah terdaftar.
desk-consent = Pasien atau walinya sudah membaca dan menandatangani persetujuan (versi { $version }).

desk-link-title = Tautan kata sandi
desk-link-heading = Tautan kata sandi untuk { $name }
desk-link-body = Berikan tautan ini kepada pasien, untuk memilih kata sandinya sendiri. Tautan berlaku 24 jam dan hanya dapat dipakai sekali; tautan yang sama dikirim ke e-mailnya.
desk-link-label = Tautan
desk-link-once = Tautan ini hanya tampil sekali. Salin sekarang.
desk-link-done = Sudah disalin

desk-patient-title = Data pasien
desk-book = Pesankan konsultasi
desk-birth = Tempat, tanggal lahir
desk-birth-order = anak ke-{ $order } dari kelahiran itu
desk-edit-identity = Perbaiki identitas
desk-identity-saved = Identitas disimpan.
desk-edit-nik = Perbaiki atau lepaskan NIK
desk-nik-what = Apa yang perlu dilakukan?
desk-nik-choose = Pilih salah satu.
desk-nik-correct = Isi atau perbaiki NIK
desk-nik-correct-hint = Sesudah melihat KTP atau KK
desk-nik-release = Lepaskan NIK
desk-nik-release-hint = Agar pemilik yang sebenarnya dapat mendaftar
desk-nik-new = NIK yang benar
desk-nik-new-hint = Kosongkan bila NIK dilepaskan
desk-nik-confirm = Sudah benar, begitu tertulis di KTP atau KK
desk-nik-reason = Alasan
desk-nik-reason-hint = Tersimpan bersama perubahannya
desk-nik-saved = NIK disimpan.
desk-nik-released = NIK dilepaskan. Pemiliknya kini dapat mendaftar.
desk-nik-changes = Perubahan NIK
desk-nik-was-corrected = NIK diperbaiki
desk-nik-was-released = NIK dilepaskan

desk-expected = Konsultasi yang akan datang
desk-expected-none = Tidak ada konsultasi yang akan datang.
desk-cancel-body = Waktunya kosong lagi. Dokter dan akun pasien diberi tahu.
desk-cancel-body-without-account = Waktunya kosong lagi dan dokter diberi tahu. Pasien ini belum punya akun: kabari ia sendiri.

desk-care = Akun yang mendampingi pasien ini
desk-care-none = Belum ada akun. Klinik yang memesankan konsultasinya.
desk-care-one-self = Pasien sendiri
desk-care-child = Anak dari pemegang akun
desk-care-parent = Orang tua dari pemegang akun
desk-care-other = Didampingi pemegang akun
desk-care-add = Hubungkan akun
desk-care-add-body = Lihat kartu identitas keduanya dahulu. Akun yang terhubung dapat memesan untuk pasien ini dan membaca resep serta rekam medisnya.
desk-care-who = Siapa pasien ini bagi pemegang akun?
desk-care-of-child = Anaknya
desk-care-of-parent = Orang tuanya
desk-care-of-other = Orang lain yang didampinginya
desk-care-of-self = Dirinya sendiri
desk-care-of-self-hint = Membuat akun baru
desk-care-link = Hubungkan
desk-care-linked = Akun terhubung. Semua yang mendampingi pasien ini diberi tahu.
desk-care-there = Akun ini sudah mendampingi pasien ini.
desk-care-no-account = Belum ada akun dengan e-mail ini. Yang bersangkutan perlu mendaftar dahulu.
desk-care-no-patient = Akun ini milik petugas klinik, bukan pasien.
desk-care-has-own = Pasien ini sudah punya akun sendiri.
desk-care-ended = Akun itu tidak lagi mendampingi pasien ini.
desk-unlink = Lepaskan
desk-unlink-title = Lepaskan akun ini?
desk-unlink-body = Akun ini tidak lagi dapat memesan untuk pasien atau membaca datanya. Data pasien tetap tersimpan.
desk-unlink-yes = Ya, lepaskan
desk-lock = Kunci akun
desk-lock-title = Kunci akun pasien ini?
desk-lock-body = Pasien langsung keluar dari semua perangkat dan tidak dapat masuk sampai akunnya dibuka. Konsultasinya tetap berlaku.
desk-lock-yes = Ya, kunci
desk-unlock = Buka kunci
desk-account-was-locked = Akun dikunci.
desk-account-was-unlocked = Akun dibuka lagi.
