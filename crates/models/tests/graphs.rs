//! Decode steps as graphs, on a GPU where this build and machine have one, else on the emulated one: the same answers as kernel
//! by kernel.
#![allow(clippy::unwrap_used, missing_docs)]

mod rig;

use std::sync::Arc;

use rig::{Rig, Seq};
use sconce_emulate::{Counts, counting};
use sconce_kernels::cuda::{Half, Options};
use sconce_models::{LoadOptions, ModelSource, load_on};
use sconce_testkit::tiny::{self, Golden};

/// Steps of any number of rows can be recorded.
const ANY: usize = usize::MAX;

/// `None` where there is no C++ compiler, which the kernels' own tests list as skipped.
fn open(name: &str, graphs: bool, most_rows: usize) -> Option<(Rig, Option<Arc<Counts>>)> {
    open_with(name, &rig::options(Some(500)), graphs, most_rows)
}

fn open_with(name: &str, load: &LoadOptions, graphs: bool, most_rows: usize) -> Option<(Rig, Option<Arc<Counts>>)> {
    let options = Options { half: Half::Bf16, graphs };
    let (kernels, counts) = match sconce_kernels::cuda::count() {
        0 => counting(options, most_rows).map(|(kernels, counts)| (kernels, Some(counts)))?,
        _ => (sconce_kernels::cuda::open(0, options).unwrap(), None),
    };
    let source = ModelSource::at(&tiny::dir(name)).unwrap();
    let loaded = load_on(&source, load, kernels, &mut |_| {}).unwrap();
    Some((Rig::of(loaded), counts))
}

/// Recordings and replays, where somebody counts.
fn now(counts: Option<&Arc<Counts>>) -> Option<(usize, usize)> {
    counts.map(|counts| counts.now())
}

/// Prompts of different lengths, and how many tokens each may have: rows leave one after the other.
fn sequences(name: &str, count: usize) -> Vec<(Seq, usize)> {
    let prompts = Golden::read(name).prompts;
    let ids = |at: usize| prompts[at % prompts.len()].ids.iter().cycle().copied().take(3 + 31 * at % 90);
    (0..count).map(|at| (Seq::new(at as u64 + 1, &ids(at).collect::<Vec<_>>()), 2 + at)).collect()
}

/// Prompts one by one, then all together.
fn answer(rig: &mut Rig, mut sequences: Vec<(Seq, usize)>) -> Vec<Seq> {
    for (seq, _) in &mut sequences {
        let len = seq.tokens.len();
        rig.step(&mut [(seq, len)]);
    }
    while sequences.iter().any(|(seq, most)| seq.output().len() < *most) {
        let mut rows: Vec<_> =
            sequences.iter_mut().filter(|(seq, most)| seq.output().len() < *most).map(|(seq, _)| (seq, 1)).collect();
        rig.step(&mut rows);
    }
    sequences.into_iter().map(|(seq, _)| seq).collect()
}

fn assert_same(found: &[Seq], wanted: &[Seq], what: &str) {
    for (found, wanted) in found.iter().zip(wanted) {
        if sconce_kernels::cuda::count() == 0 {
            assert_eq!(found.output(), wanted.output(), "{what}: sequence {:?}", found.id);
        }
        assert_eq!(found.logits.len(), wanted.output().len(), "{what}: sequence {:?}", found.id);
        let mut tokens = found.output().iter().zip(wanted.output());
        // Products of other numbers of rows may be summed in another order.
        for (a, b) in found.logits.iter().zip(&wanted.logits) {
            let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            let range = b.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            assert!(worst <= 0.02 * range, "{what}: off by {worst} of {range}");
            let (mine, theirs) = tokens.next().map(|(mine, theirs)| (*mine, *theirs)).unwrap_or_default();
            // A GPU's products of padded rows may tip the scale between two tokens; the emulation's do not.
            if mine != theirs {
                let gap = b[theirs as usize] - b[mine as usize];
                assert!(gap <= 0.02 * range, "{what}: another token, {gap} of {range} away");
                break;
            }
        }
    }
}

#[test]
fn graphs_give_the_answers_of_single_launches() {
    for name in ["tiny-llama", "tiny-qwen3", "tiny-mistral", "tiny-llama-gguf", "tiny-llama-w8a8"] {
        let Some((mut plain, counts)) = open(name, false, ANY) else { return };
        let wanted = answer(&mut plain, sequences(name, 11));
        assert_eq!(now(counts.as_ref()).unwrap_or_default(), (0, 0));
        let (mut graphs, counts) = open(name, true, ANY).unwrap();
        let found = answer(&mut graphs, sequences(name, 11));
        assert_same(&found, &wanted, name);
        let first = now(counts.as_ref());
        // Rows go from 11 down to 1: graphs of 16, 8, 4, 3, 2 and 1 rows, some with more room as contexts grow.
        if let Some((recorded, replayed)) = first {
            assert!((6..=9).contains(&recorded) && replayed >= 1, "{name}: {recorded} recorded, {replayed} replayed");
        }
        // A second round finds every graph it needs, over contexts that lie elsewhere.
        let again = answer(&mut graphs, sequences(name, 11));
        assert_same(&again, &wanted, name);
        if let (Some((recorded, replayed)), Some((after, more))) = (first, now(counts.as_ref())) {
            assert_eq!((after, more > replayed + 6), (recorded, true), "{name}: {after} recorded, {more} replayed");
        }
    }
}

/// Contexts that are split over blocks are put together by a kernel of their own, which a graph has only if it must.
#[test]
fn graphs_follow_contexts_that_grow() {
    let name = "tiny-llama";
    let ids: Vec<u32> = Golden::read(name).prompts[0].ids.iter().cycle().copied().take(253).collect();
    let run = |rig: &mut Rig| answer(rig, vec![(Seq::new(1, &ids), 12), (Seq::new(2, &ids[..9]), 12)]);
    let Some((mut plain, _)) = open(name, false, ANY) else { return };
    let (mut graphs, counts) = open(name, true, ANY).unwrap();
    assert_same(&run(&mut graphs), &run(&mut plain), name);
    // 256 keys are passed on the way.
    assert!(now(counts.as_ref()).is_none_or(|(recorded, _)| recorded == 2));
}

/// A graph knows no adapters: steps with them are launched kernel by kernel, between steps that are not.
#[test]
fn steps_with_adapters_are_no_graphs() {
    let name = "tiny-llama";
    let load = LoadOptions { adapters: vec![tiny::dir("tiny-llama-lora")], ..rig::options(Some(500)) };
    let ids = Golden::read(name).prompts[1].ids.clone();
    let run = |rig: &mut Rig, adapted: usize| {
        answer(rig, vec![(Seq::new(1, &ids), 9), (Seq::of(0, 2, &ids), adapted), (Seq::new(3, &ids), 9)])
    };
    let Some((mut plain, _)) = open_with(name, &load, false, ANY) else { return };
    let wanted = run(&mut plain, 5);
    assert_ne!(wanted[0].output()[..5], *wanted[1].output(), "the adapter says something else");
    let (mut graphs, counts) = open_with(name, &load, true, ANY).unwrap();
    assert_same(&run(&mut graphs, 5), &wanted, name);
    // Four steps of two rows behind those with the adapter: one is recorded.
    assert!(now(counts.as_ref()).is_none_or(|counts| counts == (1, 3)), "{counts:?}");
}

#[test]
fn a_device_that_cannot_record_launches_as_before() {
    let Some((mut plain, _)) = open("tiny-llama", false, ANY) else { return };
    let (mut refusing, counts) = open("tiny-llama", true, 0).unwrap();
    let (found, wanted) =
        (answer(&mut refusing, sequences("tiny-llama", 3)), answer(&mut plain, sequences("tiny-llama", 3)));
    assert_same(&found, &wanted, "refused");
    assert!(now(counts.as_ref()).is_none_or(|counts| counts == (0, 0)));
}

#[test]
fn steps_too_large_to_be_recorded_leave_smaller_ones_their_graphs() {
    let Some((mut plain, _)) = open("tiny-llama", false, ANY) else { return };
    let (mut some, counts) = open("tiny-llama", true, 4).unwrap();
    let wanted = answer(&mut plain, sequences("tiny-llama", 11));
    for _ in 0..2 {
        assert_same(&answer(&mut some, sequences("tiny-llama", 11)), &wanted, "four rows at most");
    }
    // Graphs of 4, 3, 2 and 1 rows, some with more room as contexts grow.
    if let Some((recorded, replayed)) = now(counts.as_ref()) {
        assert!((4..=7).contains(&recorded) && replayed >= 4, "{recorded} recorded, {replayed} replayed");
    }
}

/// Rows that only fill a graph up write to no page: what others keep in page 0 stays.
#[test]
fn missing_rows_leave_all_pages_alone() {
    let Some((mut rig, counts)) = open("tiny-llama", true, ANY) else { return };
    let (mut plain, _) = open("tiny-llama", false, ANY).unwrap();
    let ids = &Golden::read("tiny-llama").prompts[0].ids;
    // The first three have so many tokens that the fourth begins in page 0; a graph has eight rows.
    let prompt = |len: usize| ids.iter().cycle().copied().take(len).collect::<Vec<_>>();
    let run = |rig: &mut Rig| {
        let sequences =
            [400, 400, 368, 7, 12].iter().enumerate().map(|(at, &len)| (Seq::new(at as u64, &prompt(len)), 5));
        answer(rig, sequences.collect())
    };
    let (found, wanted) = (run(&mut rig), run(&mut plain));
    assert_eq!(found[3].blocks[0], 0);
    assert_same(&found, &wanted, "page 0");
    assert!(now(counts.as_ref()).is_none_or(|(_, replayed)| replayed >= 3));
}
