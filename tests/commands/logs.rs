//! What the program writes down of its work: sentences and ids, and nothing of what people wrote.

use std::{path::Path, process::Command};

use praktik::clinic::pharmacy;
use reqwest::{Method, StatusCode, multipart};
use rstest::rstest;
use sea_orm::{ConnectionTrait as _, Database};
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use crate::{
    browser::{Answer, Browser},
    program::{PASSWORD, Served, create_admin, enter_by_link, new_database, praktik, set_up_app},
};

const NAME: &str = "Zaitunah Qomariyah";
const NIK: &str = "7371095203910077";
const EMAIL: &str = "zaitunah.q@contoh.test";
const PHONE: &str = "081298760077";
const BPJS: &str = "0009876540077";
const ADDRESS: &str = "Jl. Kenangapura No. 77";
const PLACE: &str = "Pangkajenetown";
const COMPLAINT: &str = "Menggeliyut di ulu hati";
const ALLERGIES: &str = "Sulfametoksazolin";
const SEARCHED: &str = "Dicarinamanya";

/// Words that stand nowhere but in what is planted; of the phone the digits that every way of writing it has.
const PLANTED: [&str; 13] = [
    "Zaitunah",
    "Qomariyah",
    NIK,
    "zaitunah.q",
    "81298760077",
    BPJS,
    "Kenangapura",
    PLACE,
    "Menggeliyut",
    ALLERGIES,
    SEARCHED,
    PASSWORD,
    "kucing+di+atas",
];

/// Which of the planted words stand in what was written, in whatever letters.
fn found(written: &str) -> Vec<&'static str> {
    let written = written.to_lowercase();
    PLANTED.into_iter().filter(|word| written.contains(&word.to_lowercase())).collect()
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// Lets the database refuse every new appointment with `message`.
    async fn refuse_appointments(self, database: &str, message: &str) {
        let connection = Box::pin(Database::connect(database)).await.unwrap();
        let refuse = match self {
            Self::Sqlite => format!(
                "DROP TRIGGER IF EXISTS planted; CREATE TRIGGER planted BEFORE INSERT ON appointments \
                 BEGIN SELECT RAISE(ABORT, '{message}'); END"
            ),
            Self::Postgres => format!(
                "CREATE OR REPLACE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION '{message}'; END $$; \
                 CREATE OR REPLACE TRIGGER planted BEFORE INSERT ON appointments \
                 FOR EACH ROW EXECUTE FUNCTION planted()"
            ),
        };
        connection.execute_unprepared(&refuse).await.unwrap();
        connection.close().await.unwrap();
    }
}

/// Signs somebody up of whom everything is planted; a first form is refused.
async fn sign_up(browser: &Browser) {
    let mut fields = [
        ("name", NAME),
        ("nik", NIK),
        ("birth_place", PLACE),
        ("birth_date", "1991-03-12"),
        ("gender", "male"),
        ("address", ADDRESS),
        ("phone", PHONE),
        ("payer", "bpjs"),
        ("bpjs_number", BPJS),
        ("email", EMAIL),
        ("password", PASSWORD),
        ("consent", "yes"),
    ];
    let refused = browser.post("/register", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    fields[4].1 = "female";
    let made = browser.post("/register", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let wrong = browser.post("/login", &[("email", EMAIL), ("password", "Zaitunah salah sandi")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    browser.log_in(EMAIL, PASSWORD).await;
}

/// A doctor with hours on every day.
async fn add_doctor(admin: &Browser) {
    let mut fields = vec![
        ("name".to_owned(), "dr. Andi".to_owned()),
        ("email".to_owned(), "andi@klinik.test".to_owned()),
        ("specialty".to_owned(), "Dokter umum".to_owned()),
        ("str_number".to_owned(), "WN00001234567890".to_owned()),
        ("sip_number".to_owned(), "503/0456/SIP-DU/DPMPTSP/2026".to_owned()),
        ("sip_valid_until".to_owned(), "2090-06-30".to_owned()),
    ];
    for weekday in 1..=7 {
        fields.push((format!("hours[{weekday}][0][start]"), "00.00".to_owned()));
        fields.push((format!("hours[{weekday}][0][end]"), "24.00".to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let made = admin.post("/admin/doctors/new", &fields).await;
    assert!(made.status.is_success() || made.status.is_redirection(), "{}: {}", made.status, made.body);
}

/// A booking of the `nth` slot of the last day that the doctor's page offers.
async fn book(browser: &Browser, nth: usize, complaint: &str) -> Answer {
    let list = browser.get("/doctors").await;
    let doctor = list.attributes("a[href^='/doctors/']", "href").remove(0);
    let days = browser.get(&doctor).await.attributes("a[href*='day=']", "href");
    let page = browser.get(days.last().unwrap()).await;
    let slots = page.attributes("input[name=starts_at]", "value");
    let doctor = doctor.trim_start_matches("/doctors/").split('?').next().unwrap();
    let form = [("doctor_id", doctor), ("starts_at", slots[nth].as_str()), ("complaint", complaint)];
    browser.post("/consultations", &form).await
}

/// Everything that people may write, where it is taken and where it is refused.
async fn write_everywhere(patient: &Browser, admin: &Browser) {
    let long = COMPLAINT.repeat(2_000);
    assert_eq!(book(patient, 3, &long).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let booked = book(patient, 3, COMPLAINT).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.body);
    assert_eq!(book(patient, 4, COMPLAINT).await.status, StatusCode::CONFLICT, "one a day");
    let id = booked.location().trim_start_matches("/consultations/").split('?').next().unwrap().to_owned();
    let early = patient.post(&format!("/messages/{id}/send"), &[("message", COMPLAINT)]).await;
    assert_eq!(early.status, StatusCode::TOO_EARLY);

    let version = patient.get("/profile").await.attributes("input[name=version]", "value").remove(0);
    let profile = [("version", version.as_str()), ("address", ADDRESS), ("phone", PHONE), ("payer", "general")];
    let profile = [&profile[..], &[("allergies", ALLERGIES), ("language", "id"), ("time_zone", "")][..]].concat();
    let saved = patient.post("/profile", &profile).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    assert_eq!(patient.post("/profile", &profile).await.status, StatusCode::CONFLICT, "changed meanwhile");

    for (searched, finds) in [(NIK, true), (NAME, true), (SEARCHED, false)] {
        let page = admin.post("/admin/patients", &[("q", searched)]).await;
        assert_eq!((page.status, page.body.contains(NAME)), (StatusCode::OK, finds), "{searched}");
    }
}

/// The same where no form takes it: in addresses, in forms that nobody can read, in files, and in what is no HTTP.
async fn write_elsewhere(served: &Served, patient: &Browser, admin: &Browser) {
    let mut statuses = Vec::new();
    for path in [
        format!("/doctors?patient_id={NIK}&day={SEARCHED}"),
        format!("/admin/patients?after={SEARCHED}"),
        format!("/{SEARCHED}/{EMAIL}"),
        format!("/password/reset/{SEARCHED}"),
        format!("/photos/{SEARCHED}"),
    ] {
        statuses.push(patient.get(&path).await.status.as_u16());
        statuses.push(served.browser().get(&path).await.status.as_u16());
    }
    assert!(statuses.contains(&404) && statuses.contains(&403), "{statuses:?}");
    for body in [format!("{NAME}=%ff{NIK}"), format!("csrf_token=a&q={NAME}")] {
        let request = admin.request(Method::POST, "/admin/patients").body(body);
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        assert!(admin.send(request).await.status.is_client_error());
    }
    let unknown = admin.post("/admin/patients", &[("q", NAME), (SEARCHED, NIK)]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    let no_file = multipart::Part::text(format!("{}\n{NAME},{NIK}", pharmacy::SAMPLE)).file_name(SEARCHED);
    let form = multipart::Form::new().text("csrf_token", admin.csrf().await).part("file", no_file);
    let import = admin.send(admin.request(Method::POST, "/admin/products/import").multipart(form)).await;
    assert!(import.status.is_client_error(), "{}", import.status);
    // And a connection that ends amid a form.
    for raw in
        [format!("{NAME} {NIK}\r\n\r\n"), format!("POST /login HTTP/1.1\r\nContent-Length: 99\r\n\r\nemail={EMAIL}")]
    {
        let mut stream = TcpStream::connect(served.address.trim_start_matches("http://")).await.unwrap();
        stream.write_all(raw.as_bytes()).await.unwrap();
    }
}

fn clinic(data: &Path, database: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = praktik(data, arguments);
    command.env("PRAKTIK_LOG", "trace").envs(database.map(|url| ("PRAKTIK_DATABASE", url)));
    command
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn logs_hold_nothing_that_people_wrote(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path().join("clinic"), folder.path().join("log"));
    let elsewhere = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(new_database("logged").await),
    };
    let database = elsewhere.clone().unwrap_or_else(|| format!("sqlite:{}?mode=rw", data.join("praktik.db").display()));
    let link = create_admin(clinic(&data, elsewhere.as_deref(), &[]));
    let served = Served::begin(clinic(&data, elsewhere.as_deref(), &["serve", "--listen", "127.0.0.1:0"]), &log);
    let (admin, patient) = (served.browser(), served.browser());
    enter_by_link(&admin, &link).await;
    set_up_app(&admin).await;
    add_doctor(&admin).await;
    sign_up(&patient).await;
    write_everywhere(&patient, &admin).await;
    write_elsewhere(&served, &patient, &admin).await;

    engine.refuse_appointments(&database, "broken on purpose").await;
    let failed = book(&patient, 5, COMPLAINT).await;
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{}", failed.body);
    let written = std::fs::read_to_string(&log).unwrap();
    assert!(written.contains("a request failed") && written.contains("broken on purpose"), "the fault is not logged");
    assert!(written.lines().count() > 10, "little was logged: {written}");
    assert_eq!(found(&written), [""; 0]);

    // The control: what the program does write of a cause is found, however a person's word comes into it.
    engine.refuse_appointments(&database, &COMPLAINT.to_uppercase()).await;
    assert_eq!(book(&patient, 5, COMPLAINT).await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(found(&std::fs::read_to_string(&log).unwrap()), ["Menggeliyut"]);
    let (code, printed) = served.terminate();
    assert_eq!(code, Some(0));
    assert_eq!(found(&printed.join("\n")), [""; 0]);
}
