# Halaman satu konsultasi: ruang tunggu, ruang, hasil, dan ruang kerja dokter.

encounter-title = Konsultasi
encounter-with = Konsultasi dengan { $name }
encounter-all = Semua konsultasi
encounter-leave = Keluar dari ruang; ruang tetap terbuka

encounter-opens-in = Ruang dibuka dalam
encounter-opens-by-itself = Ruang terbuka sendiri di halaman ini saat waktunya tiba.
encounter-reload = Muat ulang halaman ini untuk melihat apakah ruang sudah dibuka
encounter-left = Sisa
encounter-closed = Ditutup
encounter-and-erased = dan obrolan dihapus
encounter-closed-at = pukul
encounter-five-minutes = Sisa waktu 5 menit.
encounter-one-minute = Sisa waktu 1 menit. Setelah itu ruang ditutup dan obrolan dihapus.
encounter-one-minute-kept = Sisa waktu 1 menit. Setelah itu ruang ditutup; obrolan tetap dapat dibaca.

encounter-complaint = Keluhan
encounter-your-complaint = Keluhan Anda
encounter-no-complaint = Tidak ada keluhan yang ditulis.
encounter-complaint-called-off = Konsultasi ini dibatalkan, jadi keluhan pasien tidak ditampilkan.

encounter-health = Data kesehatan
encounter-health-of = Data kesehatan { $name }
encounter-health-unknown = Belum diisi
encounter-health-correct = Perbaiki
encounter-health-saved = Data kesehatan disimpan.
encounter-health-back = Kembali ke konsultasi
encounter-health-changed = Terakhir diubah oleh { $name }, { $at }
encounter-health-changed-by-you = Terakhir Anda ubah { $at }
encounter-health-changed-meanwhile = Belum disimpan: data ini diubah orang lain sejak Anda membukanya. Bandingkan dengan yang tersimpan sekarang, lalu simpan lagi.
encounter-health-stored = Tersimpan sekarang: { $text }
encounter-health-stored-none = Tersimpan sekarang: kosong

encounter-cancel = Batalkan konsultasi
encounter-cancel-title = Batalkan konsultasi ini?
encounter-cancel-body = Waktunya diberikan kepada pasien lain. Anda dapat memesan lagi pada hari yang sama.
encounter-cancel-yes = Ya, batalkan
encounter-cancel-no = Jangan batalkan

encounter-outcome-completed = Konsultasi selesai
encounter-outcome-no-show = Konsultasi tidak berlangsung
encounter-outcome-cancelled = Konsultasi dibatalkan
encounter-cancelled-body = Konsultasi ini dibatalkan sebelum dimulai.
encounter-no-show-body = Tidak ada yang hadir di ruang sampai waktunya habis. Bila ada gangguan, hubungi klinik, atau pesan konsultasi lain.
encounter-lasted = Ruang terbuka selama { $time }
encounter-chat-erased = Obrolan telah dihapus. Resep tetap tersimpan.
encounter-chat-kept = Obrolan disimpan bersama rekam medis. Obrolan ini hanya dapat dibaca, oleh pasien, pendampingnya, dan dokter konsultasi ini.
encounter-prescription = Resep
encounter-prescription-issued = Dokter sudah menerbitkan resep.
encounter-prescription-open = Lihat resep
encounter-prescription-not-yet = Belum ada resep. Bila dokter menerbitkannya, Anda diberi tahu.
encounter-book-again = Pesan konsultasi lain
encounter-still-prescribe = Anda masih dapat menulis resep untuk konsultasi ini.

encounter-today = Hari ini
encounter-today-list = Konsultasi hari ini
encounter-today-empty = Tidak ada konsultasi hari ini.
encounter-patients = { $count } pasien
encounter-line-upcoming = Akan datang
encounter-line-open = Sedang berlangsung
encounter-line-completed = Selesai
encounter-line-no-show = Tidak berlangsung
encounter-line-cancelled = Dibatalkan

encounter-female = Perempuan
encounter-male = Laki-laki
encounter-bpjs = BPJS
encounter-general = Umum
encounter-identity-ask = Pastikan nama dan tanggal lahir pasien.
encounter-identity-confirm = Identitas cocok
encounter-identity-confirmed = Identitas dipastikan

encounter-parts = Bagian ruang kerja
encounter-tab-room = Ruang
encounter-tab-prescription = Resep
encounter-tab-complaint = Keluhan

encounter-days = { $hours ->
    [0] { $days } hari
   *[other] { $days } hari { $hours } jam
}
encounter-hours = { $minutes ->
    [0] { $hours } jam
   *[other] { $hours } jam { $minutes } menit
}
encounter-minutes = { $minutes ->
    [0] { $seconds } detik
   *[other] { $seconds ->
        [0] { $minutes } menit
       *[other] { $minutes } menit { $seconds } detik
    }
}
