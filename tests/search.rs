//! The front desk finds patients by NIK, e-mail, phone and whole words of the name, though nothing of it can be read in
//! the database (R8).

use std::time::Duration;

use praktik::clinic::patients;
use reqwest::StatusCode;
use rstest::rstest;
use sea_orm::ConnectionTrait as _;

use crate::support::{
    Answer, Browser, Engine, TestClinic,
    front_desk::{girl, girls_nik, with},
};

/// The names that a search for `text` lists, newest first.
async fn found(admin: &Browser, text: &str) -> Vec<String> {
    names(&admin.post("/admin/patients", &[("q", text)]).await)
}

fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.attributes("#patients [data-name]", "title")
}

async fn register(admin: &Browser, fields: &[(&'static str, String)]) {
    let answer = admin.send_form("/admin/patients/new", fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_patient_is_found_by_number_address_and_whole_words_of_the_name(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let siti = clinic.patient("Siti Nur'aini").await;
    clinic.pass(Duration::from_secs(1)).await;
    clinic.patient("Siti Rahmawati").await;
    clinic.pass(Duration::from_secs(1)).await;
    let nik = girls_nik();
    register(&admin, &with(&girl("Ayu José Rahmawati, S.E.", &nik), "phone", "0812-3456-7890")).await;

    let everything = ["Ayu José Rahmawati, S.E.", "Siti Rahmawati", "Siti Nur'aini"];
    assert_eq!(names(&admin.get("/admin/patients").await), everything);
    assert_eq!(found(&admin, "").await, everything);
    for (text, expected) in [
        (nik.as_str(), &everything[..1]),
        (&format!("{} {}", &nik[..8], &nik[8..]), &everything[..1]),
        ("081234567890", &everything[..1]),
        ("+62 812 3456 7890", &everything[..1]),
        (&siti.email.to_uppercase(), &everything[2..]),
        ("siti", &everything[1..]),
        ("RAHMAWATI siti", &everything[1..2]),
        ("rahmawati", &everything[..2]),
        ("jose", &everything[..1]),
        ("nuraini", &everything[2..]),
        ("Nur’aini", &everything[2..]),
        ("Nurʼaini", &everything[2..]),
        ("Nur´aini", &everything[2..]),
        ("\u{202d}0812\u{2011}3456\u{2011}7890\u{202c}", &everything[..1]),
        (&format!("\u{200e}{}\u{a0}{}", &nik[..8], &nik[8..]), &everything[..1]),
        // Whole words alone, whole numbers alone.
        ("sit", &[]),
        ("siti wati", &[]),
        (&nik[..12], &[]),
        ("3456789", &[]),
        ("tidak.ada@contoh.test", &[]),
        ("🙂", &[]),
    ] {
        assert_eq!(found(&admin, text).await, expected, "{text}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn many_of_one_name_come_in_pages_newest_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    for number in 0..45_u8 {
        let letter = char::from(b'a' + number % 26);
        clinic.patient(&format!("Budi {}{letter}", if number < 26 { "x" } else { "y" })).await;
        clinic.patient("Wayan").await;
        clinic.app.clock.advance(Duration::from_secs(1));
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    for page in 0..3 {
        let answer = admin.post("/admin/patients", &[("q", "budi"), ("after", &after)]).await;
        seen.extend(names(&answer));
        let more = answer.attributes("form input[name=after]", "value");
        assert_eq!(more.is_empty(), page == 2, "page {page}");
        after = more.first().cloned().unwrap_or_default();
    }
    assert_eq!(seen.len(), 45);
    assert_eq!((seen[0].as_str(), seen[44].as_str()), ("Budi ys", "Budi xa"));
    assert_eq!(seen.iter().collect::<std::collections::BTreeSet<_>>().len(), 45);
    let second = admin.get("/admin/patients").await.attributes("a[href*='after=']", "href").remove(0);
    assert_eq!(names(&admin.get(&second).await).len(), 20);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn another_name_is_found_and_the_old_one_no_more(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let patient = clinic.patient("Siti Lama").await;
    let mut fields = with(&girl("Siti Baru", ""), "phone", "081234567890");
    fields.retain(|(name, _)| !matches!(*name, "nik" | "consent"));
    let path = format!("/admin/patients/{}/identity", patient.patient_id);
    assert!(admin.send_form(&path, &fields).await.status.is_redirection());
    assert_eq!(found(&admin, "siti lama").await, Vec::<String>::new());
    assert_eq!(found(&admin, "siti baru").await, ["Siti Baru"]);
    assert_eq!(found(&admin, "081234567890").await, ["Siti Baru"]);
    // The account is called like its holder.
    assert!(patient.browser.get("/dashboard").await.body.contains("Siti Baru"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_found_by_each_of_its_words_in_any_script(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    for (name, queries) in [
        ("Simanjuntak, Maria Magdalena", &["simanjuntak", "maria", "Magdalena", "Maria Simanjuntak"][..]),
        ("முத்துலட்சுமி கிருஷ்ணன்", &["முத்துலட்சுமி", "கிருஷ்ணன்"]),
        ("สมหญิง น้ำใจ", &["สมหญิง", "น้ำใจ"]),
        ("محمد عبد الله", &["مُحَمَّد", "عبد الله"]),
        ("김 민서", &["민서", "\u{1106}\u{1175}\u{11ab}\u{1109}\u{1165}"]),
    ] {
        register(&admin, &girl(name, &girls_nik())).await;
        for query in queries {
            assert_eq!(found(&admin, query).await, [name], "{query}");
        }
    }
    assert!(found(&admin, "முத்துலட்சமி").await.is_empty(), "another vowel is another name");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn patients_of_before_are_found_after_a_start(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    register(&admin, &with(&girl("Ayu Lestari", &girls_nik()), "phone", "081234567890")).await;
    // As they were before names were indexed as they are now.
    let forget = move |tx| async move {
        for sql in ["DELETE FROM patient_words", "UPDATE patients SET search_version = 1, phone_index = NULL"] {
            sea_orm::ConnectionTrait::execute_unprepared(&tx, sql).await?;
        }
        Ok::<_, sea_orm::DbErr>(())
    };
    clinic.app.db.write(forget).await.unwrap();
    assert_eq!(found(&admin, "ayu").await, Vec::<String>::new());
    patients::index_later(&clinic.app).await.unwrap();
    clinic.app.job_nudge.notify_one();
    clinic.settle().await;
    assert_eq!(found(&admin, "ayu").await, ["Ayu Lestari"]);
    assert_eq!(found(&admin, "081234567890").await, ["Ayu Lestari"]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_index_of_words_says_no_name(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let admin = clinic.admin().await.browser;
    let nik = girls_nik();
    register(&admin, &with(&girl("Kembangsari Planted", &nik), "phone", "081234567890")).await;
    let hexed = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    for table in ["patient_words", "patients", "nik_changes", "guardianships", "jobs"] {
        let rows = rows_of(&clinic, table).await;
        assert!(table != "patients" || rows.len() > 100, "nothing was read");
        for word in ["kembangsari", "planted", &nik, "81234567890"] {
            assert!(!rows.contains(word) && !rows.contains(&hexed(word)), "{table} says {word}");
        }
    }
    assert_eq!(clinic.count("SELECT COUNT(*) FROM patient_words").await, 2);
}

/// All that a table holds, in small letters; bytes as hexadecimal digits.
async fn rows_of(clinic: &TestClinic, table: &str) -> String {
    let database = clinic.app.db.read();
    let sql = match clinic.engine {
        Engine::Postgres => format!("SELECT lower(string_agg(t::text, '|')) FROM {table} t"),
        Engine::Sqlite => {
            let columns = format!(
                "SELECT group_concat('lower(quote(' || name || '))', ' || ') FROM pragma_table_info('{table}')"
            );
            let statement = sea_orm::Statement::from_string(database.get_database_backend(), columns);
            let columns: String =
                database.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap();
            format!("SELECT group_concat({columns}, '|') FROM {table}")
        }
    };
    let statement = sea_orm::Statement::from_string(database.get_database_backend(), sql);
    let row = database.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default()
}
