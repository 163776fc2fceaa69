# Halaman admin: dokter, jam, hari libur.

admin-doctors-title = Dokter
admin-doctors-all = Semua dokter
admin-doctors-empty-title = Belum ada dokter
admin-doctors-empty-body = Tambahkan dokter beserta jam konsultasinya. Sesudah itu pasien dapat memesan konsultasi.
admin-doctor-new = Tambah dokter
admin-doctor-new-title = Dokter baru
admin-doctor-inactive = Nonaktif
admin-doctor-email = Email untuk masuk
admin-doctor-email-hint = Dokter masuk dengan alamat ini dan memilih kata sandinya sendiri.
admin-doctor-saved = Perubahan disimpan.
admin-email-taken = Email ini sudah dipakai akun lain. Pakai alamat yang lain.
admin-details = Data dokter

admin-sip-ended = SIP habis { $day }
admin-sip-ending =
    { $days ->
        [0] SIP habis hari ini
       *[other] SIP habis { $days } hari lagi
    }
admin-sip-ended-note = SIP sudah habis. Dokter tidak dapat meresepkan.
admin-sip-ending-note =
    { $days ->
        [0] Habis hari ini. Sesudahnya dokter tidak dapat meresepkan.
       *[other] Habis { $days } hari lagi. Sesudahnya dokter tidak dapat meresepkan.
    }

admin-hours-note = Waktu { $zone }, slot { $minutes } menit · { $slots } slot sepekan
admin-hours-hint = Tulis jam seperti 08.00. Kosongkan hari tanpa konsultasi.
admin-hours-copy = Salin Senin ke hari kerja
admin-hours-start = mulai
admin-hours-end = selesai
admin-hours-add = Tambah jam
admin-hours-more = Tambah satu rentang di setiap hari
admin-hours-remove = Hapus rentang hari { $day }
admin-hours-off = Libur
admin-hours-slots = { $count } slot
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
        [0] Pasien tidak dapat memesan dokter ini lagi. Tidak ada konsultasi yang sudah dipesan.
       *[other] Pasien tidak dapat memesan dokter ini lagi. Ada { $count } konsultasi yang sudah dipesan; semuanya tetap berlaku, kecuali dibatalkan.
    }
admin-reactivate = Aktifkan lagi
admin-reactivate-note =
    { $count ->
        [0] Dokter ini nonaktif: pasien tidak dapat memesannya. Tidak ada konsultasi yang sudah dipesan.
       *[other] Dokter ini nonaktif: pasien tidak dapat memesannya. { $count } konsultasi yang sudah dipesan tetap berlaku.
    }
admin-doctor-was-deactivated = Dokter dinonaktifkan. Konsultasi yang sudah dipesan tetap berlaku.
admin-doctor-was-reactivated = Dokter aktif lagi dan dapat dipesan.

admin-link-title = Tautan kata sandi
admin-link-heading = Tautan kata sandi untuk { $name }
admin-link-body = Berikan tautan ini kepada dokter. Dengan tautan ini dokter memilih kata sandinya sendiri. Tautan berlaku 24 jam dan hanya satu kali.
admin-link-label = Tautan
admin-link-once = Tautan ini hanya tampil sekali. Salin sekarang.
admin-link-done = Sudah disalin
admin-link-edit = Lihat data dokter
admin-link-again = Buat tautan baru
admin-link-again-note = Dokter ini belum memilih kata sandi. Jika tautannya hilang atau sudah lewat, buat yang baru.
admin-has-password = Dokter ini sudah memilih kata sandi. Jika lupa, dokter memintanya sendiri dari halaman masuk.
admin-photo-saved = Foto disimpan.
