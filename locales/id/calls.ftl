# Panggilan suara dan video.

calls-voice = Panggilan suara
calls-video = Panggilan video
calls-talk-to-doctor = Bicara dengan dokter
calls-before = Peramban akan meminta izin memakai mikrofon, dan kamera untuk panggilan video.
calls-need-script = Panggilan memerlukan JavaScript yang menyala di peramban Anda.

calls-ring-title = { $name } menelepon
calls-answer = Jawab
calls-reject = Tolak

calls-stage = Panggilan
calls-controls = Kendali panggilan
calls-picture-of = Gambar { $name }
calls-own-picture = Gambar Anda sendiri
calls-you = Anda
calls-mute = Bisukan
calls-camera-off = Kamera mati
calls-end = Akhiri
calls-shrink = Kecilkan panggilan dan tampilkan obrolan
calls-enlarge = Perbesar panggilan
calls-other-muted = Mikrofon lawan bicara mati
calls-listen = Ketuk untuk mendengar

calls-state-calling = Memanggil
calls-state-ringing = Berdering
calls-state-connecting = Menyambung
calls-state-connected = Tersambung
calls-state-reconnecting = Sambungan terputus, menyambung lagi
calls-state-ended = Panggilan berakhir
calls-state-missed = Panggilan tidak dijawab.
calls-state-rejected = Panggilan ditolak.

calls-entry-started = Dimulai
calls-entry-missed = Tidak dijawab
calls-entry-rejected = Ditolak

calls-problem-failed = Panggilan tidak dapat dimulai. Coba lagi sebentar lagi, obrolan tetap dapat dipakai.
calls-problem-engaged = Panggilan lain sedang berlangsung di ruang ini.
calls-problem-insecure = Peramban hanya mengizinkan mikrofon dan kamera pada alamat yang aman (https). Buka klinik lewat alamat itu.
calls-problem-refused = Mikrofon tidak diizinkan. Ketuk gembok di sebelah alamat halaman, izinkan mikrofon (dan kamera), lalu coba lagi.
calls-problem-no-microphone = Mikrofon tidak ditemukan. Pasang mikrofon atau pakai ponsel, lalu coba lagi.
calls-problem-busy = Mikrofon sedang dipakai aplikasi lain. Tutup aplikasi itu, lalu coba lagi.
calls-problem-without-camera = Kamera tidak dapat dipakai. Panggilan berjalan dengan suara.
calls-problem-camera-refused = Kamera tidak diizinkan. Panggilan berjalan dengan suara. Untuk memakai kamera, ketuk gembok di sebelah alamat halaman dan izinkan kamera.
calls-problem-hours = Pasien dapat menelepon mulai 10 menit sebelum janji temu sampai akhir hari itu. Tulis pesan, dokter akan membacanya.
