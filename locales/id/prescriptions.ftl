# Resep: formulir dokter, daftar, dan lembar resep.

prescriptions-form = Resep
prescriptions-form-change = Ubah resep
prescriptions-form-change-body = Perubahan menerbitkan versi baru dari { $number }. Versi lama menjadi "Digantikan".
prescriptions-draft-kept = Draf tersimpan
prescriptions-issued = Sudah diterbitkan
prescriptions-version = Versi { $version }
prescriptions-open = Lihat
prescriptions-change = Ubah
prescriptions-diagnosis = Diagnosis
prescriptions-medicine = Obat
prescriptions-medicine-choose = Pilih obat
prescriptions-dosage = Dosis
prescriptions-dosage-example = 3x sehari
prescriptions-quantity = Jumlah
prescriptions-duration = Lama, hari
prescriptions-instructions = Aturan pakai
prescriptions-instructions-example = 1 tablet sesudah makan
prescriptions-add = Tambah obat
prescriptions-remove = Hapus obat
prescriptions-refused-classes = Narkotika dan psikotropika tidak dapat diresepkan dari jauh.
prescriptions-notes = Catatan untuk pasien
prescriptions-keep-draft = Simpan draf
prescriptions-issue = Terbitkan resep
prescriptions-issue-version = Terbitkan versi baru

prescriptions-class-bebas = Obat bebas
prescriptions-class-bebas-terbatas = Obat bebas terbatas
prescriptions-class-keras = Obat keras
prescriptions-class-oot = OOT, tidak dikirim apotek daring
prescriptions-class-prekursor = Prekursor, tidak dikirim apotek daring
prescriptions-class-psikotropika = Psikotropika, tidak dapat diresepkan dari jauh
prescriptions-class-narkotika = Narkotika, tidak dapat diresepkan dari jauh

prescriptions-no-medicine = Pilih sedikitnya satu obat.
prescriptions-too-many = Resep ini memuat { $count } obat. Paling banyak { $most } obat dalam satu resep.
prescriptions-product-missing = Pilih obatnya, atau kosongkan baris ini.
prescriptions-product-unknown = Obat ini tidak ada di daftar. Pilih obat dari daftar.
prescriptions-product-no-medicine = { $name } bukan obat. Pilih obat dari daftar.
prescriptions-product-retired = { $name } tidak tersedia lagi. Pilih obat lain.
prescriptions-product-narcotic = { $name } termasuk narkotika, yang tidak dapat diresepkan dari jauh. Pilih obat lain.
prescriptions-product-psychotropic = { $name } termasuk psikotropika, yang tidak dapat diresepkan dari jauh. Pilih obat lain.
prescriptions-number = Tulis bilangan bulat dari 1 sampai { $largest }.
prescriptions-licence-ended = SIP Anda berlaku sampai { $day }. Resep baru dapat diterbitkan setelah SIP diperpanjang; minta admin klinik memperbaruinya.

prescriptions-status-draft = Draf
prescriptions-status-active = Aktif
prescriptions-status-completed = Selesai
prescriptions-status-cancelled = Dibatalkan
prescriptions-status-replaced = Digantikan
