//! Messages: numbered by the server, once each, in one order for both, and for nobody else (M1, M2, M5).

use std::time::Duration;

use futures::future::join_all;
use praktik::{clinic::accounts, infra::vault::VaultError, web::Role};
use reqwest::StatusCode;
use rstest::rstest;
use scraper::{Html, Selector};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;

use crate::support::{Answer, Browser, Engine, LASTS, Seat, Socket, TestClinic, new_id};

/// The messages of a page in their order: number and text.
fn messages(page: &Answer) -> Vec<(i64, String)> {
    let html = page.html();
    let (line, text) = (Selector::parse("#messages > li").unwrap(), Selector::parse("[data-message-text]").unwrap());
    html.select(&line)
        .map(|line| {
            let text = line.select(&text).next().map_or(String::new(), |text| text.text().collect());
            (line.attr("data-seq").unwrap().parse().unwrap(), text)
        })
        .collect()
}

/// A browser of an account with another role.
async fn somebody(clinic: &TestClinic, role: Role, email: &str) -> Browser {
    let account = clinic.new_account(role, "Dewi Lestari", email).await;
    let (app, now) = (clinic.app.clone(), clinic.app.now());
    let act = clinic.app.db.write(move |tx| async move {
        let user = accounts::create(&tx, &app.vault, account, now).await?;
        Ok::<_, VaultError>(user)
    });
    clinic.signed_in(act.await.unwrap()).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_write_at_once_see_one_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let sent = join_all((1..=50).flat_map(|number| [(&patient, number), (&doctor, number)]).map(
        |(seat, number)| async move {
            let answer = seat.send(&format!("{} {number}", seat.page)).await;
            assert_eq!(answer.status, 201, "{}", answer.body);
            answer.json()["seq"].as_i64().unwrap()
        },
    ));
    let mut numbers = sent.await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());

    let seen = messages(&patient.look().await);
    assert_eq!(seen.iter().map(|(number, _)| *number).collect::<Vec<_>>(), numbers);
    for page in [doctor.look().await, patient.look().await, patient.read().await, doctor.read().await] {
        assert_eq!(messages(&page), seen);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_sent_again_appears_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let (patient, id) = (room.patients(), new_id());
    let answers = join_all((0..20).map(|_| patient.send_as("Kepala saya sakit", id))).await;
    let first = answers[0].json();
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), answer.json()), (201, first.clone()));
    }
    clinic.pass(Duration::from_secs(30)).await;
    assert_eq!(patient.send_as("Kepala saya sakit", id).await.json(), first);
    // Another message with the same words is another message, and so is the other side's with the same name.
    assert_eq!(patient.send("Kepala saya sakit").await.json()["seq"], 2);
    assert_eq!(room.doctors().send_as("Sejak kapan?", id).await.json()["seq"], 3);
    let seen: Vec<i64> = messages(&patient.look().await).into_iter().map(|(number, _)| number).collect();
    assert_eq!(seen, [1, 2, 3]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_other_side_hears_each_message_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let mut socket = room.doctors().socket().await;
    let mut own = room.patients().socket().await;
    for socket in [&mut socket, &mut own] {
        socket.subscribe(&room.conversation(), Some(0)).await;
    }
    let id = new_id();
    assert_eq!(room.patients().send_as("Batuk juga", id).await.status, 201);
    let frame = socket.next("message").await;
    assert_eq!((&frame["conversation"], &frame["seq"]), (&json!(room.id), &json!(1)));
    let html = Html::parse_fragment(frame["html"].as_str().unwrap());
    let line = Selector::parse("li[data-seq='1']").unwrap();
    let line = html.select(&line).next().unwrap();
    assert!(line.text().collect::<String>().contains("Batuk juga"));
    assert!(!line.attr("class").unwrap().contains("bubble-own"));
    assert_eq!(line.attr("data-client-id"), None);
    let mine = own.next("message").await;
    assert!(mine["html"].as_str().unwrap().contains("bubble-own"));
    assert!(mine["html"].as_str().unwrap().contains(&id.to_string()));

    for number in 2..=30 {
        room.patients().send(&format!("Baris {number}")).await;
    }
    room.patients().send_as("Batuk juga", id).await;
    let mut heard = socket.numbers().await;
    heard.retain(|number| *number != 1);
    assert_eq!(heard, (2..=30).collect::<Vec<_>>());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn after_a_dropped_line_exactly_what_was_missed_comes(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let mut socket = patient.socket().await;
    socket.subscribe(&room.conversation(), Some(0)).await;
    for number in 1..=4 {
        doctor.send(&format!("Sebelum {number}")).await;
    }
    assert_eq!(socket.numbers().await, [1, 2, 3, 4]);
    drop(socket);
    for number in 5..=9 {
        doctor.send(&format!("Sesudah {number}")).await;
    }
    let mut socket = patient.socket().await;
    socket.subscribe(&room.conversation(), Some(4)).await;
    assert_eq!(socket.numbers().await, [5, 6, 7, 8, 9]);
    doctor.send("Lagi").await;
    assert_eq!(socket.numbers().await, [10]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_characters_are_sent_and_one_more_is_kept_in_the_field(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let patient = room.patients();
    let (fits, too_long) = ("😷".repeat(10_000), "é".repeat(10_001));
    for text in [too_long.as_str(), "", " \n\t "] {
        let refused = patient.send(text).await;
        assert_eq!(refused.status, 422);
        assert!(!refused.json()["errors"]["message"].as_str().unwrap().is_empty());
        let page = patient.send_form(text).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.attributes("#message", "aria-invalid"), ["true"]);
        let sentence = page.text("#message-error").unwrap();
        let told = refused.json()["errors"]["message"].as_str().unwrap().replace('\u{a0}', " ");
        assert_eq!(sentence, told);
        let typed = page.html();
        let typed =
            typed.select(&Selector::parse("textarea#message").unwrap()).next().unwrap().text().collect::<String>();
        assert_eq!(typed.trim(), text.trim());
    }
    assert!(messages(&patient.look().await).is_empty());

    assert_eq!(patient.send(&fits).await.status, 201);
    assert_eq!(patient.send_form(&fits).await.status, 303);
    assert_eq!(messages(&room.doctors().look().await), [(1, fits.clone()), (2, fits)]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn marks_that_nobody_sees_refuse_no_message_and_turn_none(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let patient = room.patients();
    for nothing in ["\u{200b}", "\u{202a}\u{202c}", "\u{feff} \u{2060}\n", "\u{3164}"] {
        assert_eq!(patient.send(nothing).await.status, 422, "{nothing:?}");
    }
    for (typed, read) in [
        ("\u{202e}Minum 2\u{202c} kali", "Minum 2 kali"),
        ("\u{2067}مرحبا\u{2069} \u{200f}dok", "مرحبا dok"),
        ("satu\u{b}dua\u{c}tiga\u{85}empat\u{2028}lima\u{2029}enam", "satu\ndua\ntiga\nempat\nlima\nenam"),
        ("\u{1f468}\u{200d}\u{1f469} \u{2764}\u{fe0f}", "\u{1f468}\u{200d}\u{1f469} \u{2764}\u{fe0f}"),
    ] {
        assert_eq!(patient.send(typed).await.status, 201, "{typed:?}");
        assert_eq!(messages(&patient.look().await).last().map(|(_, text)| text.as_str()), Some(read));
    }
    let andi = clinic.doctor("Andi Lain").await;
    let siti = clinic.patient("Siti Lain").await;
    let slot = (clinic.app.now() + Duration::from_hours(3)).rfc3339();
    let (doctor, complaint) = (andi.id.to_string(), "\u{202b}Batuk\u{202c}\u{2028}pilek\u{200e}");
    let form = [("doctor_id", doctor.as_str()), ("starts_at", &slot), ("complaint", complaint)];
    let booked = siti.browser.post("/consultations", &form).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER);
    let page = siti.browser.get(booked.location()).await;
    assert!(page.body.contains("Batuk\npilek"), "{}", page.text("main").unwrap_or_default());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_html_is_shown_as_it_was_typed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let text = r#"<img src=x onerror="alert(1)"><b>tebal</b> & 'kutip' </li></ol><script>alert(2)</script>"#;
    let mut socket = room.doctors().socket().await;
    socket.subscribe(&room.conversation(), Some(0)).await;
    assert_eq!(room.patients().send(text).await.status, 201);
    let frame = socket.next("message").await;
    let live = Html::parse_fragment(frame["html"].as_str().unwrap());
    let selector = Selector::parse("[data-message-text]").unwrap();
    assert_eq!(live.select(&selector).next().unwrap().text().collect::<String>(), text);
    for seat in room.both() {
        let page = seat.look().await;
        assert_eq!(messages(&page), [(1, text.to_owned())]);
        for selector in ["#messages script", "#messages b", "#messages img"] {
            assert_eq!(page.count(selector), 0, "{selector}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_reaches_anything_of_a_conversation(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let other_patient = clinic.patient("Budi Santoso").await;
    let other_doctor = clinic.doctor("Ratna Dewi").await;
    let admin = clinic.admin().await;
    let pharmacist = somebody(&clinic, Role::Pharmacist, "apotek@klinik.test").await;
    let nobody = clinic.browser();
    let outsiders = [
        ("another patient", patient.taken_by(&other_patient.browser), 404),
        ("another doctor", doctor.taken_by(&other_doctor.browser), 404),
        ("a patient at the doctor's", doctor.taken_by(&patient.browser), 403),
        ("a doctor at the patient's", patient.taken_by(&doctor.browser), 403),
        ("an admin", patient.taken_by(&admin.browser), 403),
        ("an admin at the doctor's", doctor.taken_by(&admin.browser), 403),
        ("a pharmacist", patient.taken_by(&pharmacist), 403),
    ];
    for (who, seat, status) in &outsiders {
        let answers = [seat.look().await, seat.read().await, seat.send("Halo").await, seat.send_form("Halo").await];
        for answer in answers {
            assert_eq!(answer.status.as_u16(), *status, "{who}: {}", answer.body);
        }
    }
    let strangers = [&other_patient.browser, &other_doctor.browser, &admin.browser, &pharmacist];
    let mut sockets = Vec::new();
    for browser in strangers {
        let mut socket = Socket::open(browser).await;
        for topic in [room.conversation(), room.topic()] {
            socket.subscribe(&topic, Some(0)).await;
            let refused = socket.next("refused").await;
            assert_eq!((&refused["topic"], &refused["status"]), (&json!(topic), &json!(404)));
        }
        let call = patient.taken_by(browser).call("voice").await;
        assert!([403, 404].contains(&call.status.as_u16()), "{}", call.status);
        sockets.push(socket);
    }
    assert_eq!(patient.taken_by(&nobody).read().await.status, 303);
    assert_eq!(patient.taken_by(&nobody).send("Halo").await.status, 401);

    // The two who are in it do.
    assert_eq!(patient.send("Rahasia saya").await.status, 201);
    for seat in [&patient, &doctor] {
        assert_eq!(messages(&seat.read().await), [(1, "Rahasia saya".to_owned())]);
    }
    for socket in &mut sockets {
        assert!(socket.all("message").await.is_empty());
    }
    // Somebody else's room is not found after its end either: that it was there stays between the two.
    clinic.pass(LASTS).await;
    assert_eq!(outsiders[0].1.look().await.status, 404);
    assert_eq!(outsiders[0].1.read().await.status, 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn logging_out_closes_that_sessions_sockets_within_a_second(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let phone = clinic.signed_in(room.patient.user).await;
    let (mut here, mut there) = (room.patients().socket().await, Socket::open(&phone).await);
    for socket in [&mut here, &mut there] {
        socket.subscribe(&room.conversation(), Some(0)).await;
    }
    assert_eq!(room.patient.browser.post("/logout", &[]).await.status, 303);
    let gone = async {
        here.next("bye").await;
        here.is_closed().await
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(1), gone).await, Ok(true));
    assert!(Socket::knock(&room.patient.browser, Some(&clinic.address)).await.is_err());

    room.doctors().send("Masih di sana?").await;
    assert_eq!(there.numbers().await, [1], "another session goes on");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn unread_messages_are_counted_until_they_are_seen(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let count =
        async |browser: &Browser| browser.get("/api/messages/unread-count").await.json()["unread_count"].clone();
    for number in 1..=3 {
        patient.send(&format!("Pesan {number}")).await;
    }
    assert_eq!((count(&patient.browser).await, count(&doctor.browser).await), (json!(0), json!(3)));
    assert_eq!(doctor.browser.get("/doctor/messages").await.text("#conversations .count").as_deref(), Some("3"));
    assert_eq!(count(&clinic.admin().await.browser).await, 0);

    doctor.look().await;
    assert_eq!(count(&doctor.browser).await, 0);
    let mut socket = doctor.socket().await;
    socket.subscribe(&room.conversation(), Some(3)).await;
    for number in 4..=6 {
        patient.send(&format!("Pesan {number}")).await;
    }
    assert_eq!(socket.numbers().await, [4, 5, 6]);
    assert_eq!(count(&doctor.browser).await, 3, "drawn, and perhaps in a tab that nobody sees");
    socket.read(&room.conversation(), 5).await;
    assert_eq!(count(&doctor.browser).await, 1, "read is what was on the page when it said so");
    socket.read(&room.conversation(), 6).await;
    assert_eq!((count(&doctor.browser).await, count(&patient.browser).await), (json!(0), json!(0)));

    drop(socket);
    patient.send("Pesan 7").await;
    assert_eq!(count(&doctor.browser).await, 1);
    clinic.pass(LASTS).await;
    assert_eq!(count(&doctor.browser).await, 0, "what is erased cannot be unread");
    assert_eq!(clinic.browser().get("/api/messages/unread-count").await.status, 303);
}

/// A page that a script looks after says itself what has been read: it may be drawn, or drawn anew, in a hidden tab.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn opening_a_page_reads_where_no_script_says_what_is_read(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(false, true)] visit: bool,
) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let page = if visit { &doctor.messages } else { &doctor.page };
    let unread = async || doctor.browser.get("/api/messages/unread-count").await.json()["unread_count"].clone();
    let scripted = doctor.browser.and_cookie("praktik_script", "1");
    patient.send("Sudah dua hari").await;
    assert_eq!(messages(&scripted.get(page).await).len(), 1);
    assert_eq!(unread().await, 1);
    let mut socket = Socket::open(&scripted).await;
    socket.read(&room.conversation(), 1).await;
    assert_eq!(unread().await, 1, "a page that shows no messages has none to read");
    socket.subscribe(&room.conversation(), Some(1)).await;
    assert_eq!(unread().await, 1);
    socket.read(&room.conversation(), 1).await;
    assert_eq!(unread().await, 0);
    patient.send("Dan batuk").await;
    assert_eq!(messages(&doctor.browser.get(page).await).len(), 2);
    assert_eq!(unread().await, 0, "without a script the opening is all that there is");
}

/// From the number on that the page names, none is missing on it: that is where a reconnect asks again.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_from_which_message_on_it_has_all(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let room = clinic.open_room().await;
    let [patient, doctor] = room.both();
    let from = async || patient.look().await.attributes("#messages", "data-from");
    assert_eq!(from().await, ["0"]);
    for part in 0..5 {
        let texts: Vec<String> = (0..101).map(|number| format!("{part} {number}")).collect();
        join_all(texts.iter().map(|text| doctor.send(text))).await;
    }
    assert_eq!(from().await, ["5"], "the newest 500 of 505");
    let mut socket = patient.socket().await;
    socket.subscribe(&room.conversation(), Some(502)).await;
    assert_eq!(socket.numbers().await, [503, 504, 505], "what a hole hid comes, and what follows it again");
}

/// What somebody has not sent yet is sealed on their device under a key that nobody else gets, and that of a room goes with it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn drafts_have_a_key_for_each_account_and_those_of_a_room_go_with_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let father = clinic.patient("Budi Santoso").await;
    let room = clinic.open_room().await;
    clinic.put_into_care(father.user, room.patient.patient_id).await;
    let [mothers, doctors] = room.both();
    let fathers = mothers.taken_by(&father.browser);
    let mut keys = Vec::new();
    for seat in [&mothers, &fathers, &doctors] {
        let page = seat.look().await;
        keys.extend(page.attributes("meta[name=draft-key]", "content"));
        keys.extend(page.attributes("#messages", "data-draft-key"));
        assert_eq!(
            seat.browser.get("/dashboard").await.attributes("meta[name=draft-key]", "content"),
            [keys[keys.len() - 2].as_str()]
        );
    }
    let different: std::collections::HashSet<&String> = keys.iter().collect();
    assert_eq!((keys.len(), different.len()), (6, 6));
    let again = clinic.signed_in(room.patient.user).await;
    assert_eq!(again.get("/dashboard").await.attributes("meta[name=draft-key]", "content"), [keys[0].as_str()]);
    assert_eq!(clinic.browser().get("/login").await.count("meta[name=draft-key]"), 0);
    clinic.pass(LASTS).await;
    assert!(!mothers.browser.get(&mothers.page).await.body.contains(&keys[1]), "its room's key is destroyed");
}

/// However many messages a clinic keeps, counting those that nobody has read looks at no others.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn unread_messages_are_found_by_an_index_of_their_own(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let count =
        "SELECT count(*) FROM messages WHERE conversation_id IN (SELECT id FROM conversations) AND read_at IS NULL";
    let (question, column) = match engine {
        Engine::Sqlite => (format!("EXPLAIN QUERY PLAN {count}"), "detail"),
        // PostgreSQL reads tables as small as this one whole.
        Engine::Postgres => ("SELECT indexdef FROM pg_indexes WHERE tablename = 'messages'".to_owned(), "indexdef"),
    };
    let reader = clinic.app.db.read();
    let rows = reader.query_all_raw(Statement::from_string(reader.get_database_backend(), question)).await.unwrap();
    let lines: Vec<String> = rows.iter().map(|row| row.try_get("", column).unwrap()).collect();
    let found = lines.iter().find(|line| line.contains("messages_unread"));
    let partial = |line: &String| engine == Engine::Sqlite || line.ends_with("WHERE (read_at IS NULL)");
    assert!(found.is_some_and(partial), "{lines:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_socket_opens_to_our_own_pages_alone(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let clinic = TestClinic::open(engine).await;
    let patient = clinic.patient("Siti Rahmawati").await;
    let knock = async |browser: &Browser, origin: Option<&str>| Socket::knock(browser, origin).await.err();
    assert_eq!(knock(&patient.browser, None).await, Some(reqwest::StatusCode::FORBIDDEN));
    let foreign = ["https://evil.test", "null", "http://127.0.0.1", &format!("{}.evil.test", clinic.address)];
    for origin in foreign {
        assert_eq!(knock(&patient.browser, Some(origin)).await, Some(reqwest::StatusCode::FORBIDDEN), "{origin}");
    }
    let refused = knock(&clinic.browser(), Some(&clinic.address)).await.unwrap().as_u16();
    assert!([303, 401].contains(&refused), "{refused}");
    assert_eq!(knock(&patient.browser, Some(&clinic.address)).await, None);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_one_guardian_writes_is_nothing_new_to_the_other_and_stays_unread_until_the_doctor_reads_it(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let clinic = TestClinic::open(engine).await;
    let father = clinic.patient("Budi Santoso").await;
    let room = clinic.open_room().await;
    clinic.put_into_care(father.user, room.patient.patient_id).await;
    let [mothers, doctor] = room.both();
    let fathers = mothers.taken_by(&father.browser);
    assert_eq!(mothers.send("Demamnya naik").await.status, 201);
    let unread = async |seat: &Seat| {
        let answer = seat.browser.get("/api/messages/unread-count").await;
        answer.json()["unread_count"].as_i64().unwrap()
    };
    assert_eq!([unread(&fathers).await, unread(&doctor).await], [0, 1]);
    let page = fathers.look().await;
    assert_eq!(messages(&page), [(1, "Demamnya naik".to_owned())]);
    assert_eq!(page.count("#messages > li.bubble-own"), 1, "it stands on the patient's side");
    assert_eq!(unread(&doctor).await, 1, "the father's reading is not the doctor's");
    doctor.look().await;
    assert_eq!(unread(&doctor).await, 0);
    doctor.send("Baik, saya lihat").await;
    assert_eq!([unread(&mothers).await, unread(&fathers).await], [1, 1]);
}
