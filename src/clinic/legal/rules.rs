//! What a legal text may be: plain text in paragraphs.

use crate::web::{Sentence, forms};

const LARGEST: usize = 20_000;
const SHORTEST: usize = 80;

/// Reads a text as an admin typed it; line ends become one kind.
pub fn body(text: &str) -> Result<String, Sentence> {
    let text = forms::required(text, LARGEST)?;
    let length = text.chars().count();
    if length < SHORTEST {
        return Err(Sentence::new("legal-too-short").with("length", length).with("shortest", SHORTEST));
    }
    Ok(text)
}

/// Its paragraphs: what blank lines stand between.
pub(super) fn paragraphs(body: &str) -> Vec<String> {
    let mut paragraphs = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in body.lines().chain([""]) {
        if !line.trim().is_empty() {
            lines.push(line.trim_end());
        } else if !lines.is_empty() {
            paragraphs.push(lines.join("\n"));
            lines.clear();
        }
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_part_paragraphs_and_line_breaks_stay() {
        assert_eq!(paragraphs("Satu\ndua  \n\n \n\nTiga\n"), ["Satu\ndua", "Tiga"]);
        assert!(paragraphs(" \n ").is_empty());
    }

    #[test]
    fn a_text_that_says_nothing_is_refused() {
        for wrong in ["", "  \n ", "Pendek.", &"x".repeat(20_001), &format!("{}\u{7}", "x".repeat(100))] {
            assert!(body(wrong).is_err(), "{} letters", wrong.len());
        }
        let right = format!("Satu.\r\n\r\n{}", "x".repeat(100));
        assert!(body(&right).is_ok_and(|text| !text.contains('\r') && paragraphs(&text).len() == 2));
    }
}
