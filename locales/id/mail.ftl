# E-mail: tanpa isi apa pun tentang kesehatan (N2).

mail-welcome-subject = Konfirmasi alamat e-mail Anda · { $clinic }
mail-welcome-body =
    Akun Anda di { $clinic } sudah dibuat dengan alamat ini.

    Buka tautan berikut untuk mengonfirmasi bahwa alamat ini milik Anda. Tautan berlaku satu hari.
    { $link }

    Tidak merasa mendaftar? Abaikan e-mail ini, atau hubungi klinik: { $phone }

mail-email-known-subject = Ada yang mendaftar dengan e-mail Anda · { $clinic }
mail-email-known-body =
    Seseorang mengisi pendaftaran di { $clinic } dengan alamat ini. Alamat ini sudah punya akun, jadi tidak ada akun baru.

    Jika itu Anda: masuklah dengan kata sandi Anda yang lama, atau buat yang baru di sini.
    { $link }

    Jika bukan Anda, tidak ada yang perlu dilakukan. Telepon klinik: { $phone }

mail-nik-known-subject = Ada yang mendaftar dengan NIK Anda · { $clinic }
mail-nik-known-body =
    Seseorang mengisi pendaftaran di { $clinic } dengan NIK yang sudah terdaftar pada akun Anda. Tidak ada yang berubah.

    Jika itu Anda: masuklah dengan akun Anda yang lama.
    { $link }

    Jika bukan Anda, beri tahu klinik: { $phone }

mail-password-reset-subject = Tautan untuk kata sandi baru · { $clinic }
mail-password-reset-body =
    Buka tautan berikut untuk membuat kata sandi baru. Tautan berlaku satu jam dan hanya dapat dipakai sekali.
    { $link }

    Tidak memintanya? Abaikan e-mail ini; kata sandi Anda tidak berubah. Telepon klinik: { $phone }

mail-password-changed-subject = Kata sandi Anda sudah diganti · { $clinic }
mail-password-changed-body =
    Kata sandi akun Anda di { $clinic } baru saja diganti, dan semua perangkat lain sudah dikeluarkan.

    Bukan Anda? Segera buat kata sandi baru di sini:
    { $link }
    Lalu hubungi klinik: { $phone }

mail-email-confirm-subject = Konfirmasi alamat e-mail baru Anda · { $clinic }
mail-email-confirm-body =
    Alamat ini akan menjadi alamat akun di { $clinic }. Buka tautan berikut untuk mengonfirmasinya. Tautan berlaku satu hari.
    { $link }

    Tidak memintanya? Abaikan e-mail ini.

mail-email-changing-subject = Alamat e-mail Anda akan diganti · { $clinic }
mail-email-changing-body =
    Pada akun Anda di { $clinic } ada permintaan untuk mengganti alamat ini dengan alamat lain. Penggantian berlaku setelah alamat baru dikonfirmasi.

    Bukan Anda? Segera ganti kata sandi di sini:
    { $link }
    Lalu hubungi klinik: { $phone }

mail-invitation-subject = Akun Anda di { $clinic }
mail-invitation-body =
    { $clinic } membuat akun untuk Anda. Buka tautan berikut untuk memilih kata sandi. Tautan berlaku satu hari dan hanya dapat dipakai sekali.
    { $link }

    Tautan sudah tidak berlaku? Minta yang baru kepada admin klinik: { $phone }

mail-second-factor-changed-subject = Cara masuk akun Anda berubah · { $clinic }
mail-second-factor-changed-body =
    Langkah kedua untuk masuk ke akun Anda di { $clinic } baru saja ditambah, dihapus, atau diganti. Periksa di sini:
    { $link }

    Bukan Anda? Segera hubungi klinik: { $phone }

mail-recovery-code-used-subject = Kode cadangan dipakai untuk masuk · { $clinic }
mail-recovery-code-used-body =
    Seseorang masuk ke akun Anda di { $clinic } dengan kata sandi dan satu kode cadangan. Kode itu tidak dapat dipakai lagi. Lihat sisa kode Anda di sini:
    { $link }

    Bukan Anda? Segera ganti kata sandi Anda dan hubungi klinik: { $phone }

mail-codes-refused-subject = Kode masuk yang salah pada akun Anda · { $clinic }
mail-codes-refused-body =
    Seseorang mengetik kata sandi akun Anda di { $clinic } dengan benar, tetapi kemudian berkali-kali mengetik kode yang salah. Orang itu tidak berhasil masuk.

    Bukan Anda? Kata sandi Anda mungkin diketahui orang lain. Segera ganti di sini:
    { $link }
    Lalu hubungi klinik: { $phone }

mail-passkey-copied-subject = Sebuah kunci sandi ditolak · { $clinic }
mail-passkey-copied-body =
    Salah satu kunci sandi (passkey) akun Anda di { $clinic } tampaknya sudah disalin, jadi kami menolaknya. Masuklah dengan cara lain, lalu hapus kunci sandi itu di sini:
    { $link }

    Perlu bantuan? Hubungi klinik: { $phone }
