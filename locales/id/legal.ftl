# Pemberitahuan privasi dan persetujuan, dengan teks bawaan bagi klinik yang belum menulis sendiri.

legal-privacy-title = Pemberitahuan privasi
legal-terms-title = Persetujuan pasien
legal-version = Versi { $version }
legal-version-of = Versi { $version }, { $day }
legal-too-short = Baru { $length } huruf. Tulis teksnya lengkap, sedikitnya { $shortest } huruf.

legal-privacy-built-in =
    { $clinic } mengolah data pribadi Anda untuk melayani Anda sebagai pasien. Data kesehatan termasuk data pribadi yang bersifat spesifik dan dilindungi undang-undang.

    Yang kami simpan: identitas Anda (nama, NIK, tempat dan tanggal lahir, alamat, telepon, e-mail), keluhan, catatan konsultasi, ringkasan kunjungan, dan resep. Semuanya disimpan tersandi.

    Yang membacanya: Anda sendiri dan dokter yang merawat Anda. Setiap pembacaan dan perubahan oleh orang lain dicatat, dan Anda dapat meminta catatan itu. Admin klinik tidak membaca percakapan Anda.

    Berapa lama: percakapan di ruang konsultasi dihapus saat ruang ditutup. Rekam medis dan resep disimpan sedikitnya { $years } tahun sejak kunjungan terakhir, sebagaimana diwajibkan peraturan.

    Kepada siapa: data Anda tidak dijual dan tidak dibagikan, kecuali bila peraturan mewajibkannya.

    Hak Anda: meminta salinan data, memperbaikinya, dan menarik persetujuan. Hubungi klinik; kami menjawab dalam 3×24 jam.

legal-terms-built-in =
    Dengan menyetujui ini Anda mengizinkan { $clinic } mengolah data kesehatan Anda agar dokter dapat merawat Anda dari jauh dan resep Anda sah.

    { $clinic } menyimpan identitas Anda, keluhan, catatan konsultasi, dan resep. Semuanya disimpan tersandi, dan hanya dibaca oleh dokter yang merawat Anda dan oleh Anda sendiri. Setiap pembacaan oleh orang lain dicatat.

    Percakapan di ruang konsultasi dihapus saat ruang ditutup. Panggilan tidak direkam. Rekam medis dan resep disimpan sedikitnya { $years } tahun sejak kunjungan terakhir, sebagaimana diwajibkan peraturan.

    Konsultasi dari jauh ada batasnya: dokter tidak dapat memeriksa tubuh Anda, dan dapat meminta Anda datang. Dalam keadaan darurat, pergi ke IGD terdekat atau hubungi 119.

    Anda boleh meminta salinan data Anda, memperbaikinya, dan menarik persetujuan ini kapan saja lewat klinik.
