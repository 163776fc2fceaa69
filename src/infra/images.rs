//! What somebody sends as a picture becomes pixels of our own: decoded within limits, cut, and encoded anew, so that
//! nothing else that lay in the file (places, names, scripts, archives) is kept or served.

use std::{io::Cursor, sync::Arc};

use image::{
    DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits, Rgb, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use tokio::sync::Semaphore;

/// Side of a photo, in pixels.
pub const PHOTO_SIDE: u32 = 512;
/// Longest side of a logo, in pixels.
pub const LOGO_SIDE: u32 = 512;

/// Pictures that are decoded at once, each within [`LARGEST_MEMORY`].
const AT_ONCE: usize = 1;
/// Requests that may wait for their turn; more are told to come back.
const WAITING: usize = 16;
const LONGEST_SIDE: u32 = 12_000;
const MOST_PIXELS: u64 = 32_000_000;
/// Bytes that one picture may fill while it is decoded: the largest one of three colours, as telephones make them.
const LARGEST_MEMORY: u64 = MOST_PIXELS * 3;
const QUALITY: u8 = 85;

/// Why a picture was not taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// Its content is not JPEG, PNG or WebP, whatever its name says.
    #[error("not a picture of a kind that is taken")]
    WrongKind,
    /// It would take more pixels or memory than a photo has.
    #[error("a picture of too many pixels")]
    TooManyPixels,
    /// It ends too early, or is damaged.
    #[error("a picture that cannot be read")]
    Broken,
    /// Too many pictures at once; in a few seconds there is room.
    #[error("too many pictures are being read")]
    Busy,
}

/// The pool in which pictures are read, so that a flood of them takes neither memory nor workers.
#[derive(Clone)]
pub struct Images {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Images {
    fn default() -> Self {
        Self { running: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::new(Semaphore::new(WAITING)) }
    }
}

impl Images {
    /// A JPEG of the middle square of `sent`, upright, at most [`PHOTO_SIDE`] wide.
    pub async fn photo(&self, sent: impl AsRef<[u8]> + Send + 'static) -> Result<Vec<u8>, ImageError> {
        self.run(move || photo(sent.as_ref())).await
    }

    /// A PNG of all of `sent`, within [`LOGO_SIDE`].
    pub async fn logo(&self, sent: impl AsRef<[u8]> + Send + 'static) -> Result<Vec<u8>, ImageError> {
        self.run(move || logo(sent.as_ref())).await
    }

    async fn run<F>(&self, work: F) -> Result<Vec<u8>, ImageError>
    where
        F: FnOnce() -> Result<Vec<u8>, ImageError> + Send + 'static,
    {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| ImageError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| ImageError::Busy)?;
        let reading = tokio::task::spawn_blocking(move || {
            let result = work();
            drop((turn, place));
            result
        });
        // A decoder that panics on a planted file is a broken picture, not a broken program.
        reading.await.unwrap_or(Err(ImageError::Broken))
    }
}

fn photo(sent: &[u8]) -> Result<Vec<u8>, ImageError> {
    let (picture, orientation) = decode(sent)?;
    let square = middle_square(&picture, PHOTO_SIDE);
    let mut square = DynamicImage::ImageRgb8(on_white(&square));
    square.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&square).map_err(|_| ImageError::Broken)?;
    Ok(jpeg)
}

fn logo(sent: &[u8]) -> Result<Vec<u8>, ImageError> {
    let (mut picture, orientation) = decode(sent)?;
    if picture.width().max(picture.height()) > LOGO_SIDE {
        picture = picture.thumbnail(LOGO_SIDE, LOGO_SIDE);
    }
    let mut picture = DynamicImage::ImageRgba8(picture.to_rgba8());
    picture.apply_orientation(orientation);
    let mut png = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut png)).map_err(|_| ImageError::Broken)?;
    Ok(png)
}

/// Reads a picture whose header says that it fits; nothing is allocated for one that does not.
fn decode(sent: &[u8]) -> Result<(DynamicImage, Orientation), ImageError> {
    let mut reader = ImageReader::new(Cursor::new(sent)).with_guessed_format().map_err(|_| ImageError::Broken)?;
    // Bytes of each pixel that the decoder keeps beside the picture, which its own limits do not count.
    let beside = match reader.format() {
        Some(ImageFormat::Png) => 0,
        Some(ImageFormat::WebP) => 4,
        Some(ImageFormat::Jpeg) => coefficients(sent).unwrap_or(MOST_COEFFICIENTS),
        _ => return Err(ImageError::WrongKind),
    };
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(LARGEST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        return Err(ImageError::Broken);
    }
    let memory = decoder.total_bytes().saturating_add(pixels.saturating_mul(beside));
    if pixels > MOST_PIXELS || memory > LARGEST_MEMORY {
        return Err(ImageError::TooManyPixels);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    Ok((picture, orientation))
}

/// Of a JPEG with four colours.
const MOST_COEFFICIENTS: u64 = 2 * 4;

/// Bytes of coefficients that are kept for each pixel of a JPEG until its last scan: two of each colour, or none if its
/// only scan holds all colours, row by row. Nothing of what is not a plain row of segments up to there.
fn coefficients(jpeg: &[u8]) -> Option<u64> {
    let mut rest = jpeg.strip_prefix(&[0xff, 0xd8])?;
    let mut frame = None;
    loop {
        let (&[0xff, marker, high, low], _) = rest.split_first_chunk()? else { return None };
        let (segment, after) = rest.split_at_checked(2 + usize::from(u16::from_be_bytes([high, low])))?;
        match marker {
            0xda => {
                let (in_rows, colours): (bool, u8) = frame?;
                let in_one_scan = *segment.get(4)? == colours;
                return Some(if in_rows && in_one_scan { 0 } else { 2 * u64::from(colours) });
            }
            // A frame, but for tables of Huffman and arithmetic codes, which are numbered among them.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => frame = Some((marker <= 0xc1, *segment.get(9)?)),
            // Markers that stand alone, and those of an end, have no place here.
            0x00..=0x01 | 0xd0..=0xd9 | 0xff => return None,
            _ => {}
        }
        rest = after;
    }
}

const fn refusal(error: &image::ImageError) -> ImageError {
    match error {
        image::ImageError::Limits(_) => ImageError::TooManyPixels,
        image::ImageError::Unsupported(_) => ImageError::WrongKind,
        _ => ImageError::Broken,
    }
}

/// The middle square, made smaller first, so that the whole is never copied at its full size.
fn middle_square(picture: &DynamicImage, largest: u32) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let shorter = width.min(height);
    let side = shorter.min(largest);
    let scaled = |length: u32| {
        let exact = u64::from(length) * u64::from(side) / u64::from(shorter.max(1));
        u32::try_from(exact).unwrap_or(side).max(side)
    };
    let small = if shorter > side { &picture.thumbnail_exact(scaled(width), scaled(height)) } else { picture };
    small.crop_imm((small.width() - side) / 2, (small.height() - side) / 2, side, side)
}

/// JPEG knows no transparency: what shows through is white.
fn on_white(picture: &DynamicImage) -> RgbImage {
    let picture = picture.to_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let over = |colour: u8| {
            let mixed = (u32::from(colour) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([over(red), over(green), over(blue)])
    })
}

#[cfg(test)]
mod tests {
    use image::Rgba;
    use std::io::Write as _;

    use super::*;

    const RGB: [u8; 2] = [8, 2];
    const RGBA: [u8; 2] = [8, 6];
    const RGBA_OF_16_BITS: [u8; 2] = [16, 6];

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| {
            if x < width / 2 { Rgb([200, 0, 0]) } else { Rgb([0, 0, 200]) }
        }))
    }

    fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    fn read(bytes: &[u8]) -> RgbImage {
        image::load_from_memory(bytes).unwrap().to_rgb8()
    }

    fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
        let mut crc = 0xffff_ffff_u32;
        for byte in kind.iter().chain(data) {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
            }
        }
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length, kind.as_slice(), data, &(!crc).to_be_bytes()].concat()
    }

    /// A PNG that says to be `side` pixels wide and high, of bits and colours of its kind, and holds next to nothing.
    fn bomb(side: u32, kind: [u8; 2]) -> Vec<u8> {
        let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &kind, &[0, 0, 0]].concat();
        let signature = b"\x89PNG\r\n\x1a\n".to_vec();
        let idat = chunk(*b"IDAT", &[0x78, 0x9c, 0x63, 0, 0, 0, 1, 0, 1]);
        [signature, chunk(*b"IHDR", &header), idat, chunk(*b"IEND", &[])].concat()
    }

    /// A JPEG with an EXIF block that says how it is to be turned, and where it was taken.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let tiff = [
            b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".as_slice(),
            &[orientation, 0, 0, 0, 0, 0, 0],
            b"GPS -5.147 119.432",
        ]
        .concat();
        let block = [b"Exif\0\0".as_slice(), &tiff].concat();
        let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &block, &jpeg[2..]].concat()
    }

    #[test]
    fn a_photo_is_the_middle_square_in_our_own_encoding() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let photo = photo(&encoded(&halves(1_200, 700), format)).unwrap();
            assert!(photo.starts_with(&[0xff, 0xd8, 0xff]), "{format:?}");
            let pixels = read(&photo);
            assert_eq!(pixels.dimensions(), (512, 512), "{format:?}");
            assert!(pixels.get_pixel(10, 256).0[0] > 150 && pixels.get_pixel(500, 256).0[2] > 150, "{format:?}");
        }
    }

    #[test]
    fn a_small_picture_is_not_blown_up() {
        assert_eq!(read(&photo(&encoded(&halves(80, 300), ImageFormat::Png)).unwrap()).dimensions(), (80, 80));
        assert_eq!(read(&photo(&encoded(&halves(1, 1), ImageFormat::Png)).unwrap()).dimensions(), (1, 1));
    }

    #[test]
    fn a_phones_photo_stands_upright_and_says_nothing_of_where_it_was_taken() {
        let sent = with_exif(&encoded(&halves(600, 600), ImageFormat::Jpeg), 6);
        assert!(sent.windows(6).any(|bytes| bytes == b"-5.147"));
        let photo = photo(&sent).unwrap();
        // Turned by a quarter: what was left is above.
        let pixels = read(&photo);
        assert!(pixels.get_pixel(256, 10).0[0] > 150, "{:?}", pixels.get_pixel(256, 10));
        assert!(pixels.get_pixel(256, 500).0[2] > 150, "{:?}", pixels.get_pixel(256, 500));
        assert!(!photo.windows(4).any(|bytes| bytes == b"Exif" || bytes == b"-5.1"));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_decoded() {
        assert_eq!(photo(&bomb(20_000, RGB)), Err(ImageError::TooManyPixels));
        assert_eq!(photo(&bomb(11_000, RGB)), Err(ImageError::TooManyPixels));
        assert_eq!(photo(&bomb(5_660, RGB)), Err(ImageError::TooManyPixels));
        assert!(photo(&bomb(u32::MAX, RGB)).is_err());
        // Within the limits it is only broken: the control that it is the size that was refused.
        assert_eq!(photo(&bomb(100, RGB)), Err(ImageError::Broken));
        assert_eq!(photo(&bomb(5_650, RGB)), Err(ImageError::Broken));
        let mut jpeg = encoded(&halves(16, 16), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
        assert_eq!(photo(&jpeg), Err(ImageError::TooManyPixels));
    }

    /// What counts is what a picture fills once it is decoded, not how many pixels it has.
    #[test]
    fn a_picture_of_more_bytes_a_pixel_has_fewer_pixels() {
        for (kind, within, beyond) in [(RGB, 5_650, 5_660), (RGBA, 4_890, 4_900), (RGBA_OF_16_BITS, 3_460, 3_470)] {
            assert_eq!(photo(&bomb(within, kind)), Err(ImageError::Broken), "{kind:?}");
            assert_eq!(photo(&bomb(beyond, kind)), Err(ImageError::TooManyPixels), "{kind:?}");
        }
    }

    #[test]
    fn a_jpeg_whose_coefficients_are_kept_has_fewer_pixels() {
        let mut jpeg = encoded(&halves(16, 16), ImageFormat::Jpeg);
        let frame = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
        let scan = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xda]).unwrap();
        assert_eq!(coefficients(&jpeg), Some(0));
        assert_eq!(coefficients(&jpeg[..scan]), None);
        assert_eq!(coefficients(&[&jpeg[..2], &[0], &jpeg[2..]].concat()), None);
        let mut split = jpeg.clone();
        split[scan + 4] = 1;
        assert_eq!(coefficients(&split), Some(6));
        // 4,000 x 4,000: a photo if it comes row by row.
        jpeg[frame + 5..frame + 9].copy_from_slice(&[0x0f, 0xa0, 0x0f, 0xa0]);
        assert_ne!(photo(&jpeg), Err(ImageError::TooManyPixels));
        jpeg[frame + 1] = 0xc2;
        assert_eq!(coefficients(&jpeg), Some(6));
        assert_eq!(photo(&jpeg), Err(ImageError::TooManyPixels));
    }

    #[test]
    fn what_is_no_picture_of_the_three_kinds_is_refused_whatever_it_is_called() {
        let archive = {
            let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
            archive.start_file("photo.jpg", zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(b"not a photo").unwrap();
            archive.finish().unwrap().into_inner()
        };
        let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec();
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>".to_vec();
        for other in [Vec::new(), b"<script>alert(1)</script>".to_vec(), svg, gif, archive, b"%PDF-1.7".to_vec()] {
            assert_eq!(photo(&other), Err(ImageError::WrongKind));
        }
        let whole = encoded(&halves(64, 64), ImageFormat::Png);
        assert_eq!(photo(&whole[..whole.len() / 3]), Err(ImageError::Broken));
    }

    #[test]
    fn of_a_polyglot_nothing_but_pixels_is_left() {
        let script = b"<script>alert('planted')</script>".as_slice();
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let polyglot = [encoded(&halves(64, 64), format).as_slice(), script, b"PK\x03\x04planted"].concat();
            let photo = photo(&polyglot).unwrap();
            assert!(!photo.windows(7).any(|bytes| bytes == b"planted"), "{format:?}");
            assert_eq!(read(&photo).dimensions(), (64, 64));
        }
    }

    #[test]
    fn a_logo_keeps_its_shape_and_its_transparency() {
        let mut sent = DynamicImage::ImageRgb8(halves(1_000, 250).to_rgb8()).to_rgba8();
        sent.put_pixel(0, 0, Rgba([0, 0, 0, 0]));
        for x in 0..40 {
            for y in 0..40 {
                sent.put_pixel(x, y, Rgba([0, 0, 0, 0]));
            }
        }
        let logo = logo(&encoded(&DynamicImage::ImageRgba8(sent), ImageFormat::Png)).unwrap();
        let pixels = image::load_from_memory(&logo).unwrap().to_rgba8();
        assert_eq!(pixels.dimensions(), (512, 128));
        assert_eq!(pixels.get_pixel(2, 2).0[3], 0);
        // A photo has none: white shows.
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])));
        assert!(read(&photo(&encoded(&clear, ImageFormat::Png)).unwrap()).pixels().all(|pixel| pixel.0[0] > 250));
    }
}
