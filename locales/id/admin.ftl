# Halaman admin: dokter, jam, hari libur.

admin-doctors-title = Dokter
admin-doctors-all = Semua dokter
admin-doctors-empty-title = Belum ada dokter
admin-doctors-empty-body = Tambahkan dokter beserta jam konsultasinya. Sesudah itu pasien dapat memesan konsultasi.
admin-doctor-new = Tambah dokter
admin-doctor-new-title = Dokter baru
admin-doctor-inactive = Nonaktif
admin-doctor-email = E-mail untuk masuk
admin-doctor-email-hint = Dokter masuk dengan alamat ini dan memilih kata sandinya sendiri.
admin-doctor-saved = Perubahan disimpan.
admin-email-taken = E-mail ini sudah dipakai akun lain. Pakai alamat yang lain.
admin-details = Data dokter

admin-sip-ended = SIP habis { $day }
admin-sip-ending =
    { $days ->
        [0] SIP habis hari ini
       *[other] SIP habis { $days } hari lagi
    }
admin-sip-ended-note = SIP sudah habis. Dokter tidak dapat meresepkan.
admin-sip-ending-note =
    { $days ->
        [0] Habis hari ini. Sesudahnya dokter tidak dapat meresepkan.
       *[other] Habis { $days } hari lagi. Sesudahnya dokter tidak dapat meresepkan.
    }

admin-hours-note = Waktu { $zone }, slot { $minutes } menit · { $slots } slot sepekan
admin-hours-hint = Tulis jam seperti 08.00. Kosongkan hari tanpa konsultasi.
admin-hours-copy = Salin Senin ke hari kerja
admin-hours-start = mulai
admin-hours-end = selesai
admin-hours-add = Tambah jam
admin-hours-more = Tambah satu rentang di setiap hari
admin-hours-remove = Hapus rentang hari { $day }
admin-hours-off = Libur
admin-hours-slots = { $count } slot
admin-hours-wrong = Perlu diperbaiki

admin-outside-title = { $count } konsultasi berada di luar jam konsultasi
admin-outside-body = Konsultasi ini tetap berlaku, kecuali dibatalkan.
admin-outside-more = dan { $count } lagi

admin-days-off = Hari libur
admin-days-off-none = Belum ada hari libur.
admin-days-off-first = Hari pertama
admin-days-off-last = Hari terakhir (boleh kosong)
admin-days-off-reason = Alasan, hanya untuk klinik (boleh kosong)
admin-days-off-add = Tambah hari libur
admin-days-off-remove = Hapus libur { $days }
admin-days-off-added = Hari libur ditambahkan. Konsultasi yang sudah dipesan tetap berlaku.
admin-days-off-removed = Hari libur dihapus.

admin-deactivate = Nonaktifkan
admin-deactivate-title = Nonaktifkan { $name }?
admin-deactivate-note =
    { $count ->
        [0] Pasien tidak dapat memesan dokter ini lagi, dan dokter tidak dapat masuk, meresepkan, atau menulis lagi. Tidak ada konsultasi yang sudah dipesan.
       *[other] Pasien tidak dapat memesan dokter ini lagi, dan dokter tidak dapat masuk, meresepkan, atau menulis lagi. Ada { $count } konsultasi yang sudah dipesan.
    }
admin-reactivate = Aktifkan lagi
admin-reactivate-note =
    { $count ->
        [0] Dokter ini nonaktif: pasien tidak dapat memesannya dan dokter tidak dapat masuk. Tidak ada konsultasi yang sudah dipesan.
       *[other] Dokter ini nonaktif: pasien tidak dapat memesannya dan dokter tidak dapat masuk. { $count } konsultasi yang sudah dipesan masih tercatat.
    }
admin-doctor-was-deactivated = Dokter dinonaktifkan dan tidak dapat masuk lagi.
admin-doctor-was-reactivated = Dokter aktif lagi: dapat masuk dan dapat dipesan.

admin-link-title = Tautan kata sandi
admin-link-heading = Tautan kata sandi untuk { $name }
admin-link-body = Berikan tautan ini kepada yang bersangkutan, untuk memilih kata sandinya sendiri. Tautan berlaku 24 jam dan hanya dapat dipakai sekali.
admin-link-label = Tautan
admin-link-once = Tautan ini hanya tampil sekali. Salin sekarang.
admin-link-done = Sudah disalin
admin-link-edit = Lihat datanya
admin-link-again = Buat tautan baru
admin-link-again-note = Dokter ini belum memilih kata sandi. Jika undangannya hilang atau sudah lebih dari 24 jam, buat yang baru.
admin-has-password = Undangan ini sudah dipakai. Yang lupa kata sandi dapat meminta yang baru di halaman masuk.

admin-doctor-was-deactivated-and-cancelled = Dokter dinonaktifkan. Konsultasi yang belum mulai dibatalkan dan akun pasiennya diberi tahu. Pasien tanpa akun perlu dikabari oleh klinik.
admin-deactivate-heading = Menonaktifkan dokter
admin-deactivate-booked = Konsultasi yang sudah dipesan
admin-deactivate-keep = Biarkan
admin-deactivate-keep-hint = Tetap tercatat. Dokter tidak dapat membukanya, kecuali diaktifkan lagi sebelum waktunya.
admin-deactivate-cancel = Batalkan semua
admin-deactivate-cancel-hint = Akun pasien langsung diberi tahu dan dapat memesan dokter lain pada hari itu; pasien tanpa akun dikabari oleh klinik. Yang sedang berlangsung tetap berjalan sampai waktunya habis.
admin-doctor-account = Akun dan akses
admin-doctor-account-note = Kunci akun, akhiri semua sesi

admin-invitation-sent = Undangan dikirim lewat e-mail. Tautannya berlaku 24 jam.
admin-invitation-withdrawn = Undangan dibatalkan.

admin-people-title = Apoteker dan admin
admin-people-all = Semua apoteker dan admin
admin-people-note = Dokter ada di daftarnya sendiri. Admin tidak dapat membaca data kesehatan.
admin-person-new = Undang petugas
admin-person-invite = Kirim undangan
admin-person-invite-again = Kirim undangan lagi
admin-person-invite-again-mail = Undangan ini belum dipakai. Kirim lagi jika e-mailnya hilang atau sudah lebih dari 24 jam.
admin-person-invite-again-link = Undangan ini belum dipakai. Buat tautan baru jika yang lama hilang atau sudah lebih dari 24 jam.
admin-person-withdraw = Batalkan undangan
admin-person-withdraw-note = Tautannya tidak berlaku lagi dan akun ini dihapus. Alamat e-mailnya dapat dipakai lagi.
admin-person-role = Peran
admin-person-role-needed = Pilih salah satu peran.
admin-person-pharmacist-hint = Memeriksa resep dan menyerahkan obat
admin-person-admin-hint = Mengurus dokter, petugas, obat, dan pengaturan; tidak membaca data kesehatan
admin-person-name = Nama lengkap
admin-person-email-hint = Petugas masuk dengan alamat ini dan memilih kata sandinya sendiri.
admin-person-mail-note = Undangan dikirim ke alamat ini. Tautannya berlaku 24 jam dan hanya dapat dipakai sekali.
admin-person-link-note = Belum ada server e-mail. Tautan undangan akan tampil satu kali, untuk Anda berikan sendiri.
admin-person-saved = Nama disimpan.
admin-person-status = Status
admin-person-is-active = Aktif
admin-person-is-invited = Diundang
admin-person-is-locked = Terkunci
admin-person-invited = Diundang, belum memilih kata sandi
admin-person-sessions = Sesi
admin-person-session-count = Sedang masuk di { $count } perangkat.
admin-person-last-seen = Terakhir aktif { $at }
admin-person-not-signed-in = Sedang tidak masuk
admin-person-to-doctor = Data dokter
admin-person-access = Akses
admin-person-end-sessions = Akhiri semua sesi
admin-person-end-sessions-note = Petugas dikeluarkan dari semua perangkat dan harus masuk lagi.
admin-person-sessions-ended = Semua sesi diakhiri.
admin-person-factor-on = Aktif
admin-person-factor-off = Belum aktif
admin-person-factor-reset = Hapus langkah kedua
admin-person-factor-reset-note = Untuk orang yang kehilangan ponsel dan kode cadangannya. Pastikan dahulu, dengan bertemu langsung atau lewat telepon, bahwa memang ia yang meminta. Semua sesinya berakhir, dan ia diberi tahu lewat e-mail.
admin-person-factor-was-reset = Langkah kedua dihapus. Petugas memasang yang baru saat masuk lagi.
admin-person-factor-self = Langkah kedua Anda sendiri diatur di halaman Keamanan.
admin-person-self-note = Ini akun Anda sendiri. Hanya admin lain yang dapat mengunci atau menonaktifkannya.
admin-person-lock = Kunci akun
admin-person-lock-note = Untuk sementara, misalnya bila ponselnya hilang. Semua sesi berakhir dan petugas tidak dapat masuk sampai kuncinya dibuka.
admin-person-lock-doctor-note =
    { $count ->
        [0] Untuk sementara, misalnya bila ponselnya hilang. Semua sesi berakhir, dokter tidak dapat masuk, dan pasien tidak dapat memesan sampai kuncinya dibuka. Tidak ada konsultasi yang sudah dipesan.
       *[other] Untuk sementara, misalnya bila ponselnya hilang. Semua sesi berakhir, dokter tidak dapat masuk, dan pasien tidak dapat memesan sampai kuncinya dibuka. { $count } konsultasi yang sudah dipesan tetap tercatat.
    }
admin-person-was-locked = Akun dikunci dan semua sesinya diakhiri.
admin-person-unlock = Buka kunci
admin-person-unlock-note = Akun ini terkunci. Buka kuncinya agar petugas dapat masuk lagi.
admin-person-unlock-doctor-note =
    { $count ->
        [0] Akun ini terkunci: dokter tidak dapat masuk dan pasien tidak dapat memesannya. Tidak ada konsultasi yang sudah dipesan.
       *[other] Akun ini terkunci: dokter tidak dapat masuk dan pasien tidak dapat memesannya. { $count } konsultasi yang sudah dipesan masih tercatat.
    }
admin-person-was-unlocked = Kunci akun dibuka.
admin-person-deactivate-note = Untuk orang yang tidak lagi bekerja di klinik. Semua sesi berakhir dan ia tidak dapat masuk lagi. Catatannya tetap ada.
admin-person-was-deactivated = Akun dinonaktifkan dan semua sesinya diakhiri.
admin-person-reactivate-note = Akun ini nonaktif. Aktifkan lagi agar petugas dapat masuk.
admin-person-was-reactivated = Akun aktif lagi.
admin-person-self = Anda tidak dapat mengunci atau menonaktifkan akun Anda sendiri. Minta admin lain.
admin-person-last = Ini admin terakhir yang dapat masuk. Undang admin lain dahulu.
admin-person-changed = Status akun ini sudah berubah. Muat ulang halamannya, lalu coba lagi.

admin-menu-title = Kelola klinik
admin-menu-doctors = Data, jam konsultasi, hari libur, SIP
admin-menu-patients = Daftarkan, cari, dan pesankan; tanpa data kesehatan
admin-menu-people = Apoteker dan admin: undang, kunci, nonaktifkan
admin-menu-products = Obat yang dapat diresepkan
admin-menu-settings = Nama, alamat, zona waktu, lama slot, teks hukum
admin-menu-sheet = Kunci data klinik di atas kertas, untuk keadaan darurat
admin-menu-audit = Siapa melakukan apa, dan apakah log utuh
admin-photo-saved = Foto disimpan.
