# Pemberitahuan privasi dan persetujuan, dengan teks bawaan bagi klinik yang belum menulis sendiri.

legal-privacy-title = Pemberitahuan privasi
legal-terms-title = Persetujuan pasien
legal-version = Versi { $version }
legal-version-of = Versi { $version }, { $day }
legal-too-short = Baru { $length } karakter. Tulis teksnya lengkap, sedikitnya { $shortest } karakter.

legal-privacy-built-in =
    { $clinic } mengolah data pribadi Anda untuk melayani Anda sebagai pasien. Data kesehatan termasuk data pribadi yang bersifat spesifik dan dilindungi undang-undang.

    Yang kami simpan: identitas Anda (nama, NIK, nomor BPJS, tempat dan tanggal lahir, alamat, telepon, e-mail, foto), data kesehatan yang Anda isi, keluhan, waktu dan hasil konsultasi, percakapan yang disimpan, dan resep. Identitas, data kesehatan, keluhan, percakapan, dan resep disimpan terenkripsi: diacak, sehingga tidak terbaca tanpa kunci klinik.

    Yang membacanya: Anda sendiri, orang yang mendampingi Anda lewat akunnya, dan dokter yang merawat Anda. Admin klinik melihat identitas dan jadwal Anda untuk mendaftarkan dan memesankan, tetapi tidak membaca keluhan, percakapan, dan resep Anda. Setiap pembacaan dan perubahan oleh orang lain dicatat; Anda dapat melihat catatan itu di Riwayat akses.

    Berapa lama: percakapan di ruang konsultasi dihapus saat ruang ditutup, kecuali bila sebelum Anda memesan tertulis bahwa percakapan itu disimpan bersama rekam medis. Rekam medis dan resep disimpan sedikitnya { $years } tahun sejak kunjungan terakhir, sebagaimana diwajibkan peraturan.

    Kepada siapa: data Anda tidak dijual dan tidak dibagikan, kecuali bila peraturan mewajibkannya.

    Hak Anda: mengambil salinan data di halaman Data Anda, meminta perbaikan, dan menarik persetujuan. Hubungi klinik; kami menjawab dalam 3×24 jam.

legal-terms-built-in =
    Dengan menyetujui ini Anda mengizinkan { $clinic } mengolah data kesehatan Anda agar dokter dapat merawat Anda dari jarak jauh dan resep Anda sah.

    { $clinic } menyimpan identitas Anda, data kesehatan yang Anda isi, keluhan, percakapan yang disimpan, dan resep. Semuanya disimpan terenkripsi: diacak, sehingga tidak terbaca tanpa kunci klinik. Keluhan, percakapan, dan resep hanya dibaca oleh Anda, orang yang mendampingi Anda lewat akunnya, dan dokter yang merawat Anda; admin klinik melihat identitas dan jadwal Anda. Setiap pembacaan oleh orang lain dicatat.

    Percakapan di ruang konsultasi dihapus saat ruang ditutup, kecuali bila sebelum Anda memesan tertulis bahwa percakapan itu disimpan bersama rekam medis. Panggilan tidak direkam. Rekam medis dan resep disimpan sedikitnya { $years } tahun sejak kunjungan terakhir, sebagaimana diwajibkan peraturan.

    Konsultasi jarak jauh ada batasnya: dokter tidak dapat memeriksa tubuh Anda, dan dapat meminta Anda datang. Dalam keadaan darurat, pergi ke IGD terdekat atau hubungi 119.

    Anda boleh mengambil salinan data Anda di halaman Data Anda. Lewat klinik, Anda boleh meminta perbaikan dan menarik persetujuan ini kapan saja.
