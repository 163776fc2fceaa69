//! Admins keep medicines, one by one and from files (R1).

use praktik::clinic::{
    audit::entity::audit_row,
    pharmacy::{self, Change, NewProduct, ProductForm, entity::product},
};
use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};
use rstest::rstest;
use sea_orm::{ColumnTrait as _, DbErr, EntityTrait as _, QueryFilter as _};

use crate::support::{Answer, Browser, Engine, TestClinic};

const RIGHT: [(&str, &str); 6] = [
    ("name", "Paracetamol"),
    ("form", "tablet"),
    ("strength", "500 mg"),
    ("medicine_class", "bebas"),
    ("category", "medicine"),
    ("kfa_code", "93000001"),
];
const HEADER: &str = "name,form,strength,medicine_class,category,kfa_code\n";

fn form<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = RIGHT.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    kept.chain(changes.iter().copied()).collect()
}

async fn products(clinic: &TestClinic) -> Vec<product::Model> {
    product::Entity::find().all(clinic.app.db.read()).await.unwrap()
}

async fn acts(clinic: &TestClinic, action: &str) -> usize {
    let rows = audit_row::Entity::find().filter(audit_row::Column::Action.eq(action));
    rows.all(clinic.app.db.read()).await.unwrap().len()
}

async fn import(browser: &Browser, file: &[u8]) -> Answer {
    let part = Part::bytes(file.to_vec()).file_name("obat.csv").mime_str("text/csv").unwrap();
    let form = Form::new().text("csrf_token", browser.csrf().await).part("file", part);
    browser.send(browser.request(Method::POST, "/admin/products/import").multipart(form)).await
}

async fn sample(clinic: &TestClinic) {
    let list = pharmacy::import::read(pharmacy::SAMPLE.as_bytes()).unwrap();
    let now = clinic.app.now();
    clinic.app.db.write(move |tx| async move { pharmacy::upsert_all(&tx, list, now).await }).await.unwrap();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_adds_edits_retires_and_restores_a_medicine(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    assert!(admin.get("/admin/products").await.body.contains("Belum ada obat"));
    let answer = admin.post("/admin/products/new", &form(&[])).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/admin/products"));
    let made = products(&clinic).await.remove(0);
    let path = format!("/admin/products/{}", made.id);
    let page = admin.get(&path).await;
    assert_eq!(page.attributes("input[name=kfa_code]", "value"), ["93000001"]);

    admin.post(&path, &form(&[("medicine_class", "keras"), ("kfa_code", "")])).await;
    let edited = products(&clinic).await.remove(0);
    assert_eq!((edited.medicine_class, edited.kfa_code), (pharmacy::MedicineClass::Keras, None));

    admin.post(&format!("{path}/retire"), &[]).await;
    assert!(pharmacy::active_medicines(clinic.app.db.read()).await.unwrap().is_empty());
    assert!(admin.get("/admin/products").await.text("#products").unwrap().contains("Tidak dipakai lagi"));
    let found = pharmacy::find_products(clinic.app.db.read(), vec![made.id]).await.unwrap();
    assert!(found.contains_key(&made.id), "prescriptions still find it");
    admin.post(&format!("{path}/restore"), &[]).await;
    assert_eq!(pharmacy::active_medicines(clinic.app.db.read()).await.unwrap().len(), 1);
    for action in ["create", "edit", "retire", "restore"] {
        assert_eq!(acts(&clinic, action).await, 1, "{action}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_field_is_said_at_the_field_and_the_rest_stays(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let (long, longer) = ("x".repeat(61), "x".repeat(121));
    for (field, text) in [
        ("name", ""),
        ("name", &longer),
        ("form", " "),
        ("form", &long),
        ("strength", &long),
        ("medicine_class", ""),
        ("medicine_class", "merah"),
        ("category", ""),
        ("category", "obat"),
        ("kfa_code", "9300001"),
        ("kfa_code", "91000001"),
        ("kfa_code", "9300000x"),
    ] {
        let answer = admin.post("/admin/products/new", &form(&[(field, text)])).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {text:?}");
        let sentence = answer.text(&format!("#{field}-error")).unwrap_or_default();
        assert!(sentence.contains(' '), "{field} {text:?}: {sentence}");
        for (name, right) in RIGHT.into_iter().filter(|(name, _)| *name != field) {
            let kept = match name {
                "medicine_class" => answer.attributes("option[selected]", "value"),
                "category" => answer.attributes("input[name=category][checked]", "value"),
                _ => answer.attributes(&format!("input[name={name}]"), "value"),
            };
            assert_eq!(kept, [right], "{name} after {field} {text:?}");
        }
    }
    assert!(products(&clinic).await.is_empty());
    assert_eq!(admin.post("/admin/products/new", &form(&[])).await.status, StatusCode::SEE_OTHER);
    let again = admin.post("/admin/products/new", &form(&[("name", " Paracetamol")])).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text("#name-error").unwrap().contains("Sudah ada obat"));
    let other = admin.post("/admin/products/new", &form(&[("strength", "250 mg")])).await;
    assert_eq!(other.status, StatusCode::SEE_OTHER);
    let path = format!("/admin/products/{}", products(&clinic).await.remove(0).id);
    let clash = admin.post(&path, &form(&[("strength", "250 mg")])).await;
    let clash_other = admin.post(&path, &form(&[("strength", "500 mg")])).await;
    let statuses = [clash.status, clash_other.status];
    assert!(statuses.contains(&StatusCode::UNPROCESSABLE_ENTITY) && statuses.contains(&StatusCode::SEE_OTHER));
    assert_eq!(
        admin.post("/admin/products/new", &form(&[("price", "1")])).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn only_admins_keep_medicines(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let (admin, doctor) = (clinic.admin().await.browser, clinic.doctor("Andi").await.browser);
    let patient = clinic.patient("Siti").await.browser;
    admin.post("/admin/products/new", &form(&[])).await;
    let own = format!("/admin/products/{}", products(&clinic).await.remove(0).id);
    for path in ["/admin/products", "/admin/products/new", "/admin/products/import", &own] {
        assert_eq!(admin.get(path).await.status, StatusCode::OK, "{path}");
        assert_eq!(doctor.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(patient.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert!(clinic.browser().get(path).await.location().starts_with("/login"), "{path}");
    }
    for path in ["/admin/products/new", &own, &format!("{own}/retire"), &format!("{own}/restore")] {
        for browser in [&doctor, &patient] {
            let answer = browser.post(path, &form(&[("strength", "1 g")])).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(clinic.browser().post(path, &[]).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert_eq!(import(&doctor, pharmacy::SAMPLE.as_bytes()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(products(&clinic).await.len(), 1);
    let unknown = format!("/admin/products/{}", uuid::Uuid::nil());
    assert_eq!(admin.get(&unknown).await.status, StatusCode::NOT_FOUND);
    assert_eq!(admin.post(&format!("{unknown}/retire"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_searched_and_paged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    sample(&clinic).await;
    let all = products(&clinic).await.len();
    let first = admin.get("/admin/products").await;
    assert_eq!(first.count("#products li"), 50);
    let next = first.attributes("a[rel=next]", "href").remove(0);
    let second = admin.get(&next).await;
    assert_eq!(second.count("#products li"), all - 50);
    assert_eq!(second.count("a[rel=next]"), 0);
    let shown = [&first, &second].map(|page| page.attributes("#products a", "href")).concat();
    let once: std::collections::HashSet<_> = shown.iter().collect();
    assert_eq!(once.len(), all, "each is shown once");

    let found = admin.get("/admin/products?q=PARACET").await;
    assert_eq!(found.count("#products li"), 2);
    assert_eq!(found.attributes("#q", "value"), ["PARACET"]);
    for nothing in ["%25", "_", "xyz", "%00", "%5C"] {
        let answer = admin.get(&format!("/admin/products?q={nothing}zz")).await;
        assert!(answer.body.contains("Tidak ada yang cocok"), "{nothing}");
    }
    for odd in ["after=x", "after=00000000-0000-0000-0000-000000000000", "q=%FF", "q=%00", "q=%3Cb%3E&q=2"] {
        let answer = admin.get(&format!("/admin/products?{odd}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{odd}");
        assert!(!answer.body.contains("<b>"), "{odd}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_imported_whole_and_said_in_numbers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let answer = import(&admin, pharmacy::SAMPLE.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let all = products(&clinic).await.len();
    let said = admin.get(answer.location()).await.text("#import-done").unwrap();
    assert!(said.contains(&format!("{all} baru, 0 diperbarui, 0 sudah sama")), "{said}");

    let retired = products(&clinic).await.into_iter().find(|product| product.name == "Oralit").unwrap();
    admin.post(&format!("/admin/products/{}/retire", retired.id), &[]).await;
    let changed = pharmacy::SAMPLE.replace("Oralit,serbuk,200 mL,bebas", "Oralit,serbuk,200 mL,bebas_terbatas");
    let semicolons =
        "\u{feff}".to_owned() + &changed.replace('"', "").replace("0,5", "0.5").replace("2,5", "2.5").replace(',', ";");
    let semicolons = semicolons.replace("0.5", "0,5").replace("2.5", "2,5");
    let again = import(&admin, semicolons.as_bytes()).await;
    let said = admin.get(again.location()).await.text("#import-done").unwrap();
    assert!(said.contains(&format!("0 baru, 1 diperbarui, {} sudah sama", all - 1)), "{said}");
    let oralit = product::Entity::find_by_id(retired.id).one(clinic.app.db.read()).await.unwrap().unwrap();
    assert_eq!(oralit.medicine_class, pharmacy::MedicineClass::BebasTerbatas);
    assert_eq!(oralit.status, pharmacy::Status::Retired, "an import restores nothing");
    assert_eq!(acts(&clinic, "import").await, 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_with_one_wrong_line_imports_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let right = "Paracetamol,tablet,500 mg,bebas,medicine,\n";
    let wrong = [
        (format!("{HEADER}{right}Ibuprofen,tablet,200 mg,biru,medicine,\n"), "Baris 3", "bebas_terbatas"),
        (format!("{HEADER}{right}{right}"), "Baris 3", "baris 2"),
        (format!("{HEADER}{right}Ibuprofen,tablet\n"), "Baris 3", "2 kolom"),
        (format!("{HEADER}{right},tablet,200 mg,keras,medicine,\n"), "Baris 3", "name"),
        (format!("{HEADER}{right}Ibuprofen,tablet,200 mg,keras,obat,\n"), "Baris 3", "medicine"),
        (format!("{HEADER}{right}Ibuprofen,tablet,200 mg,keras,medicine,12345678\n"), "Baris 3", "93"),
        (format!("nama,bentuk\n{right}"), "Baris 1", "medicine_class"),
    ];
    for (file, line, right) in &wrong {
        let answer = import(&admin, file.as_bytes()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}");
        let said = answer.text("#wrong-lines").unwrap();
        assert!(said.contains(line) && said.contains(right), "{file}: {said}");
    }
    for empty in ["", HEADER, "\n\n"] {
        assert_eq!(import(&admin, empty.as_bytes()).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{empty:?}");
    }
    let many = HEADER.to_owned() + &"A,tablet,1 mg,biru,medicine,\n".repeat(60);
    assert!(import(&admin, many.as_bytes()).await.body.contains("dan 10 kesalahan lagi"));
    for no_text in [b"PK\x03\x04\x14\x00".as_slice(), b"\x89PNG\r\n\x1a\n\x00", b"\xff\xfen\x00a\x00"] {
        let answer = import(&admin, no_text).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
        assert!(answer.text("#file-error").unwrap().contains("UTF-8"));
    }
    assert_eq!(
        admin.post("/admin/products/import", &[("file", HEADER)]).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
    let large = format!("{HEADER}{right}{}", " \n".repeat(524_288));
    let answer = import(&admin, large.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.text("#file-error").unwrap().contains("1 MB"));
    let answer = import(&admin, &vec![b'x'; 3 << 20]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.headers["connection"], "close", "what is left of it is read by nobody");
    assert!(products(&clinic).await.is_empty(), "nothing was imported");
    assert_eq!(acts(&clinic, "import").await, 0);
    assert_eq!(import(&admin, format!("{HEADER}{right}").as_bytes()).await.status, StatusCode::SEE_OTHER);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_product_put_in_twice_is_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let typed = |class: &str| ProductForm {
        name: "Paracetamol".to_owned(),
        form: "tablet".to_owned(),
        strength: "500 mg".to_owned(),
        medicine_class: class.to_owned(),
        category: "medicine".to_owned(),
        kfa_code: String::new(),
    };
    let mut changes = Vec::new();
    for class in ["bebas", "bebas", "keras"] {
        let new = NewProduct::check(&typed(class)).unwrap();
        let now = clinic.app.now();
        let put = clinic.app.db.write(move |tx| async move { pharmacy::upsert(&tx, new, now).await });
        let (id, change): (uuid::Uuid, Change) = put.await.map_err(|error: DbErr| error).unwrap();
        changes.push((id, change));
    }
    assert_eq!(
        changes.iter().map(|(_, change)| *change).collect::<Vec<_>>(),
        [Change::New, Change::Same, Change::Changed]
    );
    assert!(changes.windows(2).all(|pair| pair[0].0 == pair[1].0));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_medicine_is_one_however_a_file_or_a_form_writes_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    admin.post("/admin/products/new", &form(&[])).await;
    let columns = HEADER.trim_end().replace(',', ";");
    let file = format!(
        "{columns}\r\nPARACETAMOL;TABLET;500 MG;keras;medicine;93000001\r\nRivan\u{e9}l;larutan;1 mg;bebas;medicine;\r\n;;;;;\r\n;;;;;\r\n"
    );
    // As Excel saves "CSV" where it is not told to save UTF-8.
    let windows: Vec<u8> = file.chars().map(|letter| u8::try_from(letter).unwrap()).collect();
    for said in ["1 baru, 1 diperbarui, 0 sudah sama", "0 baru, 0 diperbarui, 2 sudah sama"] {
        let answer = import(&admin, &windows).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let done = admin.get(answer.location()).await.text("#import-done").unwrap();
        assert!(done.contains(said), "{done}");
    }
    let list = products(&clinic).await;
    let written: std::collections::BTreeSet<_> =
        list.iter().map(|row| (row.name.as_str(), row.form.as_str())).collect();
    assert_eq!(written, [("Paracetamol", "tablet"), ("Rivan\u{e9}l", "larutan")].into());
    assert!(list.iter().any(|row| row.medicine_class == pharmacy::MedicineClass::Keras), "the file's class counts");

    let again = admin.post("/admin/products/new", &form(&[("name", "PARACETAMOL"), ("strength", "500MG")])).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.text("#name-error").unwrap().contains("Sudah ada obat"));
    let by_code = admin.get("/admin/products?q=%E2%80%8E9300%D9%A0%D9%A0%D9%A0%D9%A1").await;
    assert_eq!(by_code.count("#products li"), 1, "a code that was copied from a chat");
}

/// A list with doubles, as older versions of the program took it, is brought up to date; the one in use is found from
/// then on.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn medicines_that_were_doubled_before_stay_two(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    for name in ["Lama", "Ibuprofen", "Paracetamol"] {
        clinic.medicine(name, pharmacy::MedicineClass::Keras).await;
    }
    let undo = [
        "UPDATE products SET status = 'retired', name = 'PARACETAMOL' WHERE name = 'Lama'",
        "DROP INDEX products_order",
        "DROP INDEX products_identity_unique",
        "ALTER TABLE products DROP COLUMN identity",
        "CREATE UNIQUE INDEX products_name_unique ON products (name, form, strength)",
        "DELETE FROM seaql_migrations WHERE version = 'm0028_tell_products_apart_folded'",
    ];
    let before = move |tx| async move {
        for sql in undo {
            sea_orm::ConnectionTrait::execute_unprepared(&tx, sql).await?;
        }
        Ok::<_, DbErr>(())
    };
    clinic.app.db.write(before).await.unwrap();
    drop(clinic.second_program().await);

    assert_eq!(clinic.count("SELECT COUNT(DISTINCT identity) FROM products").await, 3);
    let file = format!("{HEADER}paracetamol,tablet,500MG,bebas,medicine,\n");
    assert_eq!(import(&admin, file.as_bytes()).await.status, StatusCode::SEE_OTHER);
    let list = products(&clinic).await;
    assert_eq!(list.len(), 3);
    let class = |name: &str| list.iter().find(|row| row.name == name).map(|row| row.medicine_class);
    assert_eq!(class("Paracetamol"), Some(pharmacy::MedicineClass::Bebas), "the one in use is brought up to date");
    assert_eq!(class("PARACETAMOL"), Some(pharmacy::MedicineClass::Keras));
}
