# Pasien: pendaftaran dan identitas.

patients-register-title = Daftar sebagai pasien
patients-register-intro = Sekitar 4 menit. Siapkan KTP, dan kartu BPJS bila ada.
patients-register-send = Daftar
patients-register-confirm = Satu isian perlu Anda periksa:

patients-identity = Identitas
patients-name = Nama lengkap sesuai KTP
patients-name-letters = Tulis nama dengan huruf saja, seperti di KTP.
patients-nik = NIK
patients-nik-hint = 16 angka di bagian atas KTP
patients-nik-not-digits = NIK hanya terdiri atas angka, 16 banyaknya.
patients-nik-short = Baru { $count } angka. NIK selalu 16 angka.
patients-nik-long = Ada { $count } angka. NIK selalu 16 angka.
patients-nik-no-date = NIK ini tidak mungkin: angka ke-7 sampai ke-12 bukan tanggal. Salin lagi dari KTP.
patients-nik-no-serial = NIK ini tidak mungkin: empat angka terakhir tidak pernah 0000. Salin lagi dari KTP.
patients-nik-other-date = Tanggal lahir di NIK ini berbeda dari tanggal lahir yang Anda isi. Periksa keduanya.
patients-nik-other-gender = Jenis kelamin di NIK ini berbeda dari yang Anda pilih. Periksa keduanya.
patients-nik-other-date-and-gender = Tanggal lahir dan jenis kelamin di NIK ini berbeda dari yang Anda isi. Periksa semuanya.
patients-nik-other-province = Dua angka pertama NIK ini bukan kode provinsi. Salin lagi dari KTP.
patients-nik-confirm = Sudah benar, begitu tertulis di KTP
patients-birth-place = Tempat lahir
patients-birth-place-hint = Kota atau kabupaten
patients-place-letters = Tulis nama kota atau kabupaten dengan huruf saja.
patients-birth-date = Tanggal lahir
patients-birth-date-hint = Tanggal, bulan, tahun: 31-12-1991
patients-birth-date-future = Tanggal ini belum tiba. Periksa tahunnya.
patients-birth-date-early = Tahunnya terlalu awal. Periksa lagi.
patients-gender = Jenis kelamin
patients-gender-female = Perempuan
patients-gender-male = Laki-laki
patients-gender-choose = Pilih salah satu, sesuai KTP.
patients-address = Alamat tempat tinggal
patients-phone = Nomor telepon (boleh kosong)
patients-phone-hint = Agar klinik dapat menghubungi Anda

patients-payer = Pembiayaan
patients-payer-general = Umum
patients-payer-general-hint = Bayar sendiri
patients-payer-bpjs = BPJS
patients-payer-bpjs-hint = Jaminan kesehatan nasional
patients-payer-choose = Pilih siapa yang membiayai.
patients-bpjs-number = Nomor kartu BPJS
patients-bpjs-number-hint = 13 angka di kartu; hanya bila memakai BPJS
patients-bpjs-not-digits = Nomor BPJS hanya terdiri atas angka, 13 banyaknya.
patients-bpjs-short = Baru { $count } angka. Nomor BPJS selalu 13 angka.
patients-bpjs-long = Ada { $count } angka. Nomor BPJS selalu 13 angka.

patients-allergies = Alergi
patients-allergies-hint = Obat, makanan, atau lainnya. Tulis juga bila tidak ada.
patients-weight = Berat badan (kg)
patients-weight-short = Berat
patients-weight-hint = Contoh: 62,5
patients-weight-kg = { $weight } kg
patients-weight-wrong = Tulis berat dalam kilogram, misalnya 62,5.
patients-medicines-in-use = Obat yang sedang dipakai
patients-medicines-in-use-hint = Nama dan dosisnya, termasuk jamu dan suplemen

patients-account = Akun
patients-email-hint = Untuk masuk
patients-password-again = Ketik ulang kata sandi Anda: demi keamanan, ia tidak ditampilkan kembali. Sedikitnya 10 huruf.
patients-consent-needed = Tanpa persetujuan ini klinik tidak boleh merawat Anda lewat aplikasi.

patients-why = Mengapa kami memintanya
patients-why-nik = Untuk rekam medis yang benar. Disimpan tersandi, tidak tampak utuh di resep cetak.
patients-why-birth-label = Tempat, tanggal lahir
patients-why-birth = Wajib ada di setiap resep.
patients-why-bpjs = Hanya bila biaya dijamin BPJS.
