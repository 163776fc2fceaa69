# Panggilan suara dan video.

calls-voice = Panggilan suara
calls-video = Panggilan video
calls-talk-to-doctor = Bicara dengan dokter
calls-before = Ponsel atau komputer Anda akan meminta izin memakai mikrofon, dan kamera untuk panggilan video. Pilih “Izinkan”.
calls-need-script = Panggilan hanya berjalan bila JavaScript di peramban (browser) Anda aktif. Aktifkan di pengaturan peramban, atau pakai ponsel lain.

calls-ring-title = { $name } menelepon
calls-answer = Jawab
calls-reject = Tolak

calls-stage = Panggilan
calls-controls = Tombol panggilan
calls-picture-of = Video { $name }
calls-own-picture = Video Anda sendiri
calls-you = Anda
calls-mute = Bisukan
calls-camera-off = Matikan kamera
calls-end = Akhiri
calls-shrink = Kecilkan panggilan dan tampilkan obrolan
calls-enlarge = Perbesar panggilan
calls-other-muted = Mikrofon { $name } mati
calls-other-without-microphone = { $name } belum terdengar: mikrofonnya tidak tersedia. Pakai obrolan bila perlu.
calls-other-camera-off = Kamera { $name } dimatikan
calls-other-without-camera = Kamera { $name } tidak tersedia
calls-listen = Ketuk untuk mendengar

calls-state-calling = Memanggil
calls-state-ringing = Berdering
calls-state-connecting = Menyambung
calls-state-connected = Tersambung
calls-state-reconnecting = Sambungan terputus, sedang menyambung lagi
calls-state-ended = Panggilan berakhir
calls-state-missed = Panggilan tidak dijawab
calls-state-rejected = Panggilan ditolak

calls-elsewhere = Panggilan sedang berlangsung di perangkat lain, atau di tab lain.
calls-take-here = Pindahkan ke sini
calls-go-on = Lanjutkan panggilan? Mikrofon dan kamera Anda sekarang mati.
calls-take-again = Lanjutkan
calls-end-here = Akhiri panggilan
calls-taken-microphone = Mikrofon yang sekarang dipakai:
calls-taken-camera = Kamera yang sekarang dipakai:

calls-entry-started = Dimulai
calls-entry-missed = Tidak dijawab
calls-entry-rejected = Ditolak

calls-problem-failed = Panggilan tidak dapat dimulai. Coba beberapa saat lagi; obrolan tetap dapat dipakai.
calls-problem-engaged = Panggilan lain sedang berlangsung di ruang ini. Akhiri dahulu panggilan itu, lalu coba lagi.
calls-problem-no-line = Sambungan ke klinik terputus. Tunggu sampai tersambung lagi, lalu coba lagi.
calls-problem-insecure = Mikrofon dan kamera hanya dapat dipakai pada alamat yang aman. Buka klinik lewat alamat yang diawali https://
calls-problem-refused = Mikrofon belum diizinkan. Ketuk ikon di sebelah alamat halaman, izinkan mikrofon (dan kamera), lalu coba lagi.
calls-problem-no-microphone = Mikrofon tidak ditemukan. Pasang mikrofon atau pakai ponsel, lalu coba lagi.
calls-problem-busy = Mikrofon sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi.
calls-problem-without-camera = Kamera tidak dapat dipakai. Panggilan berjalan dengan suara saja.
calls-problem-camera-refused = Kamera belum diizinkan. Panggilan berjalan dengan suara saja. Untuk memakai kamera, ketuk ikon di sebelah alamat halaman, lalu izinkan kamera.
calls-problem-hours = Pasien dapat menelepon mulai 10 menit sebelum janji temu sampai akhir hari itu. Tulis pesan, dokter akan membacanya.
calls-problem-nobody = Belum ada akun yang mendampingi pasien ini, jadi tidak ada perangkat yang dapat berdering. Minta petugas pendaftaran menelepon pasien.
