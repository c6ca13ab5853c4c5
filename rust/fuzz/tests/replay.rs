//! Every committed input again, without a fuzzer: the corpora, and what was found once.

use gaitloop_fuzz::TARGETS;
use std::path::{Path, PathBuf};

fn inputs(kind: &str, target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fuzz").join(kind).join(target);
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
fn every_committed_input_holds() {
    for (name, run) in TARGETS {
        let corpus = inputs("corpus", name);
        assert!(!corpus.is_empty(), "no corpus of {name}");
        let found = inputs("regressions", name);
        println!("{name}: {} inputs and {} that were found", corpus.len(), found.len());
        for path in corpus.iter().chain(&found) {
            println!("{}", path.display());
            run(&std::fs::read(path).unwrap_or_default());
        }
    }
}

/// Numbers that look random, the same in every run.
fn noise(length: usize, mut seed: u64) -> Vec<u8> {
    let next = |_| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 32) as u8
    };
    (0..length).map(next).collect()
}

#[test]
fn noise_of_any_length_holds() {
    for (name, run) in TARGETS {
        for k in 0..16 {
            println!("{name} {k}");
            run(&noise(7 * k * k, 0x9E37_79B9_7F4A_7C15 ^ k as u64));
        }
    }
}
