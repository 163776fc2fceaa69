//! Files at S3: the same store as a folder, spoken to as other stores of its kind are (S3, O3).

use praktik::infra::{
    clock::Instant,
    files::{FileError, Files},
    ids,
    vault::DataKey,
};
use uuid::Uuid;

use crate::support::bucket::{options, s3};

#[tokio::test(flavor = "multi_thread")]
async fn files_at_s3_are_kept_read_listed_and_deleted_sealed() {
    let (bucket, address) = s3().await;
    let files = Files::open_s3("s3://berkas/klinik/foto", options(&address, "klinik")).unwrap();
    let key = DataKey::generate(Uuid::from_u128(3));
    let id = ids::new(Instant::from_millis(1_800_000_000_000));
    assert!(files.get(&key, id).await.unwrap().is_none());
    files.put(&key, id, b"sebuah foto").await.unwrap();
    {
        let bucket = bucket.lock().unwrap();
        let (place, sealed) = bucket.first_key_value().unwrap();
        assert_eq!(place, &format!("klinik/foto/{id}"));
        assert!(!sealed.windows(4).any(|bytes| bytes == b"foto"));
        assert_eq!(key.open_file(id, sealed).unwrap().as_slice(), b"sebuah foto");
    }
    assert_eq!(files.get(&key, id).await.unwrap().unwrap().as_slice(), b"sebuah foto");
    assert_eq!(files.list().await.unwrap(), [id]);
    files.delete(id).await.unwrap();
    files.delete(id).await.unwrap();
    assert!(bucket.lock().unwrap().is_empty());
    assert!(files.list().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_place_or_another_key_is_refused() {
    let (bucket, address) = s3().await;
    for url in ["http://berkas.test/foto", "file:///srv/foto", "s3://", "foto"] {
        assert!(Files::open_s3(url, options(&address, "klinik")).is_err(), "{url}");
    }
    let files = Files::open_s3("s3://berkas", options(&address, "orang-lain")).unwrap();
    let key = DataKey::generate(Uuid::from_u128(3));
    let put = files.put(&key, ids::new(Instant::from_millis(0)), b"foto").await;
    assert!(matches!(put, Err(FileError::Store(_))), "{put:?}");
    assert!(bucket.lock().unwrap().is_empty());
}
