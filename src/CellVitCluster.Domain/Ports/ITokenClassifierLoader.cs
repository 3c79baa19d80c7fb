using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Domain.Ports;

/// <summary>Loads token classifiers on this machine. Implemented by Inference, called by the merger. Thread-safe.</summary>
public interface ITokenClassifierLoader
{
    /// <summary>Loads the classifier of a run.</summary>
    /// <param name="reference">Which one, and what its classes are called.</param>
    /// <exception cref="Errors.ModelException">The file is missing, is another one than the run was submitted with, or cannot be used.</exception>
    ITokenClassifier Load(ClassifierReference reference);
}

/// <summary>A token classifier as a run refers to it.</summary>
/// <param name="Path">Absolute path of the checkpoint, as every merger sees it.</param>
/// <param name="Sha256">SHA-256 of the checkpoint, 64 lower-case hexadecimal digits.</param>
/// <param name="Taxonomy">Names and colors of its classes.</param>
public sealed record ClassifierReference(string Path, string Sha256, Taxonomy Taxonomy);
