# Profil: yang diperbarui sendiri oleh setiap orang, foto, logo klinik.

profiles-title = Profil Anda
profiles-title-of = Profil { $name }
profiles-saved = Profil disimpan.
profiles-changed-meanwhile = Belum disimpan: profil ini diubah orang lain sejak Anda membukanya. Bandingkan dengan yang tersimpan sekarang, lalu simpan lagi.
profiles-stored = Tersimpan sekarang: { $text }
profiles-stored-none = Tersimpan sekarang: kosong
profiles-stored-payer = Yang tersimpan sekarang adalah pilihan lainnya.

profiles-photo = Foto
profiles-photo-file = Pilih foto
profiles-photo-hint = JPEG, PNG, atau WebP, paling besar 5 MB. Bagian tengahnya dipakai; informasi lokasi di dalam foto dihapus.
profiles-photo-save = Simpan foto
profiles-photo-remove = Hapus foto
profiles-photo-saved = Foto disimpan.
profiles-photo-removed = Foto dihapus.
profiles-photo-none = Pilih dahulu sebuah foto.
profiles-photo-too-large = Foto ini lebih besar dari 5 MB. Pilih yang lebih kecil.
profiles-photo-wrong-kind = Ini bukan foto JPEG, PNG, atau WebP. Pilih foto lain.
profiles-photo-too-many-pixels = Ukuran gambar ini terlalu besar. Pilih foto lain, atau ambil foto baru dengan ukuran lebih kecil (paling banyak 32 megapiksel).
profiles-photo-broken = Foto ini rusak atau tidak lengkap. Pilih foto lain.

profiles-name = Nama
profiles-birth = Tempat, tanggal lahir
profiles-clinic-corrects = Data ini hanya dapat diperbaiki oleh klinik. Bila ada yang salah, hubungi klinik.
profiles-clinic-corrects-phone = Data ini hanya dapat diperbaiki oleh klinik. Bila ada yang salah, hubungi klinik di { $phone }.
profiles-kept-by-clinic = Dicatat oleh klinik
profiles-admin-corrects = Bila ada yang salah, mintalah admin klinik memperbaikinya.

profiles-contact = Alamat dan telepon
profiles-phone = Nomor telepon (boleh kosong)
profiles-phone-hint = Untuk klinik; pasien tidak melihatnya
profiles-address = Alamat (boleh kosong)

profiles-health = Data kesehatan
profiles-health-why = Dibaca dokter yang merawat, agar obat yang diberikan aman. Dokter boleh memperbaikinya.

profiles-choices = Bahasa dan zona waktu
profiles-language-choose = Pilih salah satu bahasa.
profiles-zone = Zona waktu
profiles-zone-hint = Jam di semua halaman ditulis menurut zona ini.
profiles-zone-clinic = Seperti klinik ({ $zone })
profiles-zone-indonesia = Indonesia
profiles-zone-others = Zona lain
profiles-zone-choose = Pilih salah satu zona dari daftar.

profiles-in-care = Orang yang Anda dampingi
