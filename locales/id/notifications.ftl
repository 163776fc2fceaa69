# Pemberitahuan.

notifications-new = Baru
notifications-close = Tutup pemberitahuan
