# Percakapan: daftar, obrolan, dan pesan.

conversations-title = Pesan
conversations-lead = Obrolan konsultasi dihapus saat ruangnya ditutup, kecuali yang disimpan bersama rekam medis. Percakapan janji temu tetap tersimpan.
conversations-with = Percakapan dengan { $name }
conversations-back = Kembali ke daftar pesan
conversations-empty-title = Belum ada percakapan
conversations-empty-body = Percakapan muncul di sini saat ruang konsultasi Anda dibuka.
conversations-state-open = Ruang terbuka
conversations-state-waiting = Belum dibuka
conversations-state-closed = Selesai, obrolan dihapus
conversations-state-kept = Tersimpan

conversations-chat = Obrolan
conversations-messages = Pesan dalam obrolan
conversations-nothing-yet = Belum ada pesan.
conversations-erased-at-end = Obrolan di ruang ini dihapus saat ruang ditutup. Resep tetap tersimpan.
conversations-kept = Percakapan ini tetap tersimpan dan dapat dibaca lagi.
conversations-kept-with-record = Obrolan di ruang ini disimpan bersama rekam medis. Setelah ruang ditutup, pasien dan dokter tetap dapat membacanya.
conversations-nothing-written = Tidak ada pesan yang ditulis.
conversations-read-only = Percakapan ini sekarang hanya dapat dibaca. Untuk bertanya lagi, pesan konsultasi atau hubungi klinik.
conversations-newer = Pesan baru
conversations-write = Tulis pesan
conversations-send = Kirim
conversations-from-you = Anda:
conversations-from-doctor = Dari dokter:
conversations-from-patient = Dari pasien:
conversations-text-erased = Pesan ini terhapus dan tidak dapat dibaca lagi.
conversations-sending = Mengirim
conversations-sent = Terkirim
conversations-failed = Belum terkirim
conversations-send-again = Kirim ulang
conversations-refused = Pesan ini tidak dapat dikirim. Periksa isinya, lalu coba lagi.

conversations-message-empty = Tulis pesan dahulu.
conversations-message-too-long = Pesan ini { $length } karakter. Paling panjang { $largest } karakter; bagi menjadi beberapa pesan.
conversations-duration = { $minutes ->
    [0] { $seconds } detik
   *[other] { $seconds ->
        [0] { $minutes } menit
       *[other] { $minutes } menit { $seconds } detik
    }
}
