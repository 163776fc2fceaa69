# Profiles: what people keep up to date of themselves, photos, the clinic's logo.

profiles-title = Your profile
profiles-title-of = Profile of { $name }
profiles-saved = The profile is saved.
profiles-changed-meanwhile = Not saved yet: somebody else has changed this profile since you opened it. Compare with what is kept now, then save again.
profiles-stored = Kept now: { $text }
profiles-stored-none = Kept now: empty
profiles-stored-payer = What is kept now is the other choice.

profiles-photo = Photo
profiles-photo-file = Choose a photo
profiles-photo-hint = JPEG, PNG or WebP, 5 MB at most. The middle of the picture is used; the place where it was taken is removed.
profiles-photo-save = Save the photo
profiles-photo-remove = Remove the photo
profiles-photo-saved = The photo is saved.
profiles-photo-removed = The photo is removed.
profiles-photo-none = Choose a photo first.
profiles-photo-too-large = This photo is larger than 5 MB. Choose a smaller one.
profiles-photo-wrong-kind = This is no JPEG, PNG or WebP photo. Choose another.
profiles-photo-too-many-pixels = This picture is too large. Choose another photo, or take a smaller one (32 megapixels at most).
profiles-photo-broken = This photo is damaged or incomplete. Choose another.

profiles-name = Name
profiles-birth = Place and date of birth
profiles-clinic-corrects = Only the clinic can correct these. If something is wrong, call the clinic.
profiles-clinic-corrects-phone = Only the clinic can correct these. If something is wrong, call the clinic at { $phone }.
profiles-kept-by-clinic = Kept by the clinic
profiles-admin-corrects = If something is wrong, ask the clinic's admin to correct it.

profiles-contact = Address and phone
profiles-phone = Phone number (may stay empty)
profiles-phone-hint = For the clinic; patients do not see it
profiles-address = Address (may stay empty)

profiles-health = Health data
profiles-health-why = Read by the doctors who treat you, so that what they prescribe is safe. A doctor may correct it.

profiles-choices = Language and time zone
profiles-language-choose = Choose one of the languages.
profiles-zone = Time zone
profiles-zone-hint = Times on all pages are written in this zone.
profiles-zone-clinic = As the clinic ({ $zone })
profiles-zone-indonesia = Indonesia
profiles-zone-others = Other zones
profiles-zone-choose = Choose a zone from the list.

profiles-in-care = People in your care
