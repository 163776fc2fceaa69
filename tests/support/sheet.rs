//! The recovery sheet, as an admin who has it in hand types it back.

use super::{Browser, TestClinic};

/// The two groups that `admin` is asked for, read from the sheet.
pub async fn asked_groups(clinic: &TestClinic, admin: &Browser) -> [String; 2] {
    let page = admin.get("/admin/recovery-sheet").await;
    let sheet = clinic.app.current_master_key().await.unwrap().sheet();
    let numbers = |name: &str| -> Vec<usize> {
        page.attributes("input[data-line]", name).iter().map(|number| number.parse().unwrap()).collect()
    };
    let (lines, places) = (numbers("data-line"), numbers("data-place"));
    let group = |index: usize| {
        let line = sheet.lines().nth(lines[index] - 1).unwrap();
        line.split(' ').nth(places[index] - 1).unwrap().to_owned()
    };
    [group(0), group(1)]
}
