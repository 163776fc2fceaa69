//! Pictures that people send.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use reqwest::{
    Method, StatusCode,
    multipart::{Form, Part},
};

use super::{Answer, Browser, TestClinic};

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) }
    }))
}

/// The same as a PNG.
pub fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    halves(width, height).write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

impl Browser {
    /// Sends a file as browsers do, called what its sender likes.
    pub async fn send_file(&self, path: &str, file: &[u8], called: &str) -> Answer {
        let part = Part::bytes(file.to_vec()).file_name(called.to_owned()).mime_str("image/jpeg").unwrap();
        let form = Form::new().text("csrf_token", self.csrf().await).part("file", part);
        self.send(self.request(Method::POST, path).multipart(form)).await
    }
}

impl TestClinic {
    /// Gives the person at `browser` a photo; says where it is.
    pub async fn photo_of(&self, browser: &Browser, photo: &[u8]) -> String {
        let sent = browser.send_file("/profile/photo", photo, "foto.png").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let page = browser.get("/profile").await;
        page.attributes("main img.photo", "src").remove(0)
    }
}
