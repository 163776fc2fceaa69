# Dokter: data diri, izin, jam konsultasi dan hari libur.

doctors-name = Nama dengan gelar
doctors-specialty = Spesialisasi
doctors-str = STR
doctors-sip = SIP
doctors-sip-until = SIP berlaku sampai
doctors-sip-year = Periksa tahunnya: SIP berakhir antara tahun 2000 dan 2099.
doctors-biography = Tentang dokter
doctors-biography-hint = Dibaca pasien saat memilih dokter; boleh kosong
doctors-hours = Jam konsultasi

doctors-weekday-1 = Senin
doctors-weekday-2 = Selasa
doctors-weekday-3 = Rabu
doctors-weekday-4 = Kamis
doctors-weekday-5 = Jumat
doctors-weekday-6 = Sabtu
doctors-weekday-7 = Minggu

doctors-hour-empty = Isi jam mulai dan jam selesai, atau kosongkan keduanya.
doctors-hour-unreadable = “{ $text }” bukan jam. Tulis seperti 08.00, dari 00.00 sampai 24.00.
doctors-hour-not-five = { $text } tidak bisa dipakai. Menitnya kelipatan lima, misalnya 08.05.
doctors-hours-backwards = Jam selesai { $end } harus sesudah jam mulai { $start }. Tengah malam ditulis 24.00.
doctors-hours-overlap = { $start }–{ $end } bertabrakan dengan { $other_start }–{ $other_end }. Ubah salah satunya.
doctors-hours-too-many = Paling banyak { $largest } rentang jam sehari.
doctors-hours-wrong = Jam konsultasi ini tidak dapat dipakai. Periksa lagi setiap rentang.

doctors-days-off-backwards = Hari terakhir tidak boleh sebelum hari pertama.
doctors-days-off-too-long = Paling lama { $largest } hari. Untuk lebih lama, nonaktifkan dokter.
