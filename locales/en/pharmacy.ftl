# Medicines and goods of the pharmacy: list, form and import.

pharmacy-list-title = Medicines
pharmacy-all = All medicines
pharmacy-new = Add a medicine
pharmacy-new-title = New medicine
pharmacy-edit-title = Edit medicine
pharmacy-search = Search by name or KFA code
pharmacy-search-do = Search
pharmacy-pages = Pages of the list
pharmacy-first-page = To the beginning
pharmacy-next-page = Next
pharmacy-empty-title = No medicines yet
pharmacy-empty-body = Add medicines one by one, or import a whole list from a CSV file. Doctors can prescribe only what is in this list.
pharmacy-none-found-title = Nothing matches
pharmacy-none-found-body = Try a part of the name, or clear the search to see everything.

pharmacy-name = Name
pharmacy-name-hint = Of the substance or the trade, such as Paracetamol
pharmacy-form = Form
pharmacy-form-hint = Such as tablet, syrup, cream
pharmacy-strength = Strength
pharmacy-strength-hint = Such as 500 mg; may be empty
pharmacy-category = Kind
pharmacy-category-medicine = Medicine, can be prescribed
pharmacy-category-other = Other goods
pharmacy-category-unknown = This kind is not known. Choose medicine or other.
pharmacy-class = Medicine class
pharmacy-class-choose = Choose a class
pharmacy-class-bebas = Over the counter (bebas)
pharmacy-class-bebas-terbatas = Over the counter, with a warning (bebas terbatas)
pharmacy-class-keras = On prescription (keras)
pharmacy-class-oot = Controlled (OOT)
pharmacy-class-prekursor = Precursor
pharmacy-class-psikotropika = Psychotropic
pharmacy-class-narkotika = Narcotic
pharmacy-class-unknown = This class is not known. There are: bebas, bebas_terbatas, keras, oot, prekursor, psikotropika, narkotika.
pharmacy-kfa = KFA code
pharmacy-kfa-hint = 8 digits, beginning with 93; may be empty
pharmacy-kfa-wrong = A KFA code has 8 digits and begins with 93, such as 93000001. Leave it empty if there is none.
pharmacy-repeated = There is a medicine of this name, form and strength already. Edit that one, or make one of the three differ.
pharmacy-created = The medicine was added.
pharmacy-saved = The changes were saved.

pharmacy-retired = No longer used
pharmacy-retired-note = This medicine is no longer used: doctors cannot prescribe it.
pharmacy-retire = Retire
pharmacy-retire-note = A retired medicine can no longer be prescribed. Prescriptions that exist stay as they are.
pharmacy-restore = Use again
pharmacy-restore-note = Once in use again, doctors can prescribe this medicine.
pharmacy-was-retired = The medicine was retired and can no longer be prescribed.
pharmacy-was-restored = The medicine is in use again and can be prescribed.

pharmacy-import = Import CSV
pharmacy-import-title = Import medicines from CSV
pharmacy-import-file = CSV file
pharmacy-import-hint = At most 1 MB. If a single line is wrong, nothing is imported.
pharmacy-import-do = Import
pharmacy-import-form = Form of the file
pharmacy-import-form-body = The first line names the columns; after it one medicine a line, separated by commas or semicolons, saved as CSV UTF-8. A medicine of the same name, form and strength is brought up to date.
pharmacy-import-classes = medicine_class: bebas, bebas_terbatas, keras, oot, prekursor, psikotropika or narkotika. category: medicine or other. strength and kfa_code may be empty.
pharmacy-import-done = Import finished: { $new } new, { $changed } changed, { $same } the same as before.
pharmacy-import-line = Line { $line }
pharmacy-import-more =
    { $count ->
        [one] and one more mistake.
       *[other] and { $count } more mistakes.
    }
pharmacy-import-refused =
    { $count ->
        [one] Nothing was imported: one thing in this file needs your attention.
       *[other] Nothing was imported: { $count } things in this file need your attention.
    }
pharmacy-import-header = The first line must have these six column names: { $right }
pharmacy-import-columns = There are { $count } columns instead of { $right }. A value with a comma in it needs quotation marks around it.
pharmacy-import-repeated = This medicine is in line { $line } already. Remove one of the two.
pharmacy-import-no-file = Choose a CSV file first.
pharmacy-import-empty = This file has no medicines. Fill it from the second line on, one medicine a line.
pharmacy-import-too-large = The file is larger than 1 MB. Split it into several files.
pharmacy-import-not-csv = This is no CSV file in UTF-8. In Excel: Save As, then choose “CSV UTF-8”.
