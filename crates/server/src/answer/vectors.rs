//! From an encoder's vectors to the numbers of an answer: cut and normalised embeddings, and scores of pairs. Pure; runs
//! on the workers, since thousands of vectors are millions of digits.

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use sconce_openai::{
    Document, Embedding, EmbeddingResponse, InputUsage, RerankResponse, RerankResult, Score, ScoreResponse, Vector,
};
use serde::Serialize;

use crate::encode::EncodeJob;
use crate::intake::{Ranking, Scoring, VectorShape};

/// The model's name and the tokens of the request.
#[derive(Clone, Debug)]
pub(crate) struct EncodedHead {
    pub(crate) model: String,
    pub(crate) tokens: u64,
}

impl EncodedHead {
    pub(crate) fn of(job: &EncodeJob) -> Self {
        Self { model: job.encoder.served.id.clone(), tokens: job.tokens() }
    }
}

/// A whole body, written here and now.
pub(crate) fn json_response<T: Serialize>(body: &T) -> Response {
    let bytes = serde_json::to_vec(body).expect("an answer that is no JSON is a bug");
    ([(CONTENT_TYPE, "application/json")], bytes).into_response()
}

/// The body of `/v1/embeddings`; `normalized` as in the model's spec.
pub(crate) fn embeddings(
    head: EncodedHead,
    shape: VectorShape,
    normalized: bool,
    vectors: Vec<Vec<f32>>,
) -> EmbeddingResponse {
    let data = vectors.into_iter().enumerate().map(|(index, mut vector)| {
        if let Some(dimensions) = shape.dimensions {
            vector.truncate(dimensions);
            if normalized {
                normalize(&mut vector);
            }
        }
        let embedding = if shape.base64 { Vector::base64(&vector) } else { Vector::Floats(vector) };
        Embedding { object: "embedding".to_owned(), index, embedding }
    });
    EmbeddingResponse {
        object: "list".to_owned(),
        data: data.collect(),
        model: head.model,
        usage: InputUsage::of(head.tokens),
    }
}

/// The body of `/v1/rerank`.
pub(crate) fn ranking(head: EncodedHead, ranking: Ranking, scores: &[f32]) -> RerankResponse {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    // Stable: equal ones stay in the order of the request.
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    order.truncate(ranking.top_n);
    let mut documents = ranking.documents;
    let results = order.into_iter().map(|index| RerankResult {
        index,
        document: documents.as_mut().map(|documents| Document { text: std::mem::take(&mut documents[index]) }),
        relevance_score: scores[index],
    });
    RerankResponse {
        id: unique("rerank"),
        results: results.collect(),
        model: head.model,
        usage: InputUsage::of(head.tokens),
    }
}

/// The body of `/v1/score`.
pub(crate) fn scored(head: EncodedHead, scores: &[f32]) -> ScoreResponse {
    let scores = scores.iter().enumerate();
    ScoreResponse {
        id: unique("score"),
        object: "list".to_owned(),
        created: now(),
        model: head.model,
        data: scores.map(|(index, &score)| Score { index, object: "score".to_owned(), score }).collect(),
        usage: InputUsage::of(head.tokens),
    }
}

/// One score for each pair.
pub(crate) fn scores(scoring: Scoring, vectors: &[Vec<f32>]) -> Vec<f32> {
    match scoring {
        Scoring::Logit { activation } => {
            let logits = vectors.iter().map(|vector| vector.first().copied().unwrap_or_default());
            logits.map(|logit| if activation { sigmoid(logit) } else { logit }).collect()
        }
        Scoring::Cosine { firsts } => {
            let (first, second) = vectors.split_at(firsts.min(vectors.len()));
            first.iter().cycle().zip(second).map(|(first, second)| cosine(first, second)).collect()
        }
    }
}

/// Unix seconds.
pub(super) fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs())
}

/// A new id.
pub(super) fn unique(prefix: &str) -> String {
    format!("{prefix}-{}", uuid::Uuid::new_v4().simple())
}

pub(super) fn sigmoid(logit: f32) -> f32 {
    (1.0 / (1.0 + (-f64::from(logit)).exp())) as f32
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// 0 for a vector without a direction.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { (dot(a, b) / lengths) as f32 } else { 0.0 }
}

fn normalize(vector: &mut [f32]) {
    let length = dot(vector, vector).sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|number| *number = (f64::from(*number) / length) as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_logits_and_of_vectors() {
        let logits = [vec![0.0], vec![2.0], vec![-200.0], vec![200.0]];
        let scores_of = |activation| scores(Scoring::Logit { activation }, &logits);
        assert_eq!(scores_of(false), [0.0, 2.0, -200.0, 200.0]);
        let expected = [0.5, 0.880_797, 0.0, 1.0];
        assert!(scores_of(true).iter().zip(expected).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-6));
        let vectors = [vec![1.0, 0.0], vec![2.0, 0.0], vec![0.0, 3.0], vec![0.0, 0.0], vec![-1.0, 0.0]];
        assert_eq!(scores(Scoring::Cosine { firsts: 1 }, &vectors), [1.0, 0.0, 0.0, -1.0]);
        assert_eq!(scores(Scoring::Cosine { firsts: 2 }, &vectors[..4]), [0.0, 0.0]);
    }

    #[test]
    fn fewer_dimensions_are_normalized_again_if_all_were() {
        let shape = VectorShape { base64: false, dimensions: Some(2) };
        let cut = |normalized| {
            let head = EncodedHead { model: "m".to_owned(), tokens: 1 };
            embeddings(head, shape, normalized, vec![vec![3.0, 4.0, 12.0]]).data.remove(0).embedding
        };
        assert_eq!(cut(true), Vector::Floats(vec![0.6, 0.8]));
        assert_eq!(cut(false), Vector::Floats(vec![3.0, 4.0]));
    }

    #[test]
    fn the_best_come_first_and_equal_ones_in_order() {
        let head = EncodedHead { model: "m".to_owned(), tokens: 1 };
        let documents = Some(["a", "b", "c", "d"].map(str::to_owned).to_vec());
        let answer = ranking(head, Ranking { documents, top_n: 3 }, &[0.5, 0.9, 0.5, 0.1]);
        let places: Vec<usize> = answer.results.iter().map(|result| result.index).collect();
        assert_eq!(places, [1, 0, 2]);
        assert_eq!(answer.results[2].document, Some(Document { text: "c".to_owned() }));
    }
}
