using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;

namespace CellVitCluster.Inference.Classification;

/// <summary>Loads classifiers from files and makes sure they are still the ones the run was submitted with. Thread-safe.</summary>
public sealed class TokenClassifierLoader : ITokenClassifierLoader
{
    /// <inheritdoc/>
    public ITokenClassifier Load(ClassifierReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        TokenClassifier classifier = ClassifierFile.Read(reference.Path, reference.Taxonomy);
        return classifier.Sha256 == reference.Sha256
            ? classifier
            : throw new ModelException(
                ErrorCode.ClassifierMismatch,
                $"Cannot use token classifier '{reference.Path}'.",
                $"Its SHA-256 is {classifier.Sha256}; the run was submitted with {reference.Sha256}.",
                "Put the earlier file back, or run the slides again with --fresh.");
    }
}
