using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Domain.Ports;

/// <summary>
/// Assigns one of its classes to a nucleus by the nucleus' embedding. Implemented by Inference, called when a cell store is sealed. Immutable
/// and thread-safe; equal tokens give equal bits, whatever the batch they come in.
/// </summary>
public interface ITokenClassifier
{
    /// <summary>File name of the checkpoint, for the record.</summary>
    string FileName { get; }

    /// <summary>SHA-256 of the checkpoint, 64 lower-case hexadecimal digits.</summary>
    string Sha256 { get; }

    /// <summary>Classes with ids 0 … K−1, none of them a background. Its name is the name of the layer.</summary>
    Taxonomy Taxonomy { get; }

    /// <summary>Length of an embedding.</summary>
    int TokenWidth { get; }

    /// <summary>Classifies a batch of nuclei.</summary>
    /// <param name="tokens">Embeddings <c>[n, TokenWidth]</c>, row-major.</param>
    /// <param name="classes">Receives the n most probable classes, the smaller id on a tie.</param>
    /// <param name="probabilities">Receives the probabilities <c>[n, K]</c>, row-major, 0 … 1; a row adds up to 1.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    void Classify(ReadOnlySpan<Half> tokens, Span<byte> classes, Span<float> probabilities);
}
