using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.ClusterTests.Hosting;

/// <summary>Stands for token classifiers: the lattice's tokens hold the place of a nucleus in its tile, the class says which half it is in.</summary>
internal sealed class PlaceClassifier(ClassifierReference reference) : ITokenClassifier
{
    public string FileName => Path.GetFileName(reference.Path);

    public string Sha256 => reference.Sha256;

    public Taxonomy Taxonomy => reference.Taxonomy;

    public int TokenWidth => 4;

    public void Classify(ReadOnlySpan<Half> tokens, Span<byte> classes, Span<float> probabilities)
    {
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = (float)tokens[4 * i] < 512 ? (byte)0 : (byte)1;
            probabilities[2 * i] = 1 - classes[i];
            probabilities[(2 * i) + 1] = classes[i];
        }
    }

    /// <summary>Loads whatever is asked for, except files whose name begins with "missing".</summary>
    internal sealed class Loader : ITokenClassifierLoader
    {
        public ITokenClassifier Load(ClassifierReference reference) => Path.GetFileName(reference.Path).StartsWith("missing", StringComparison.Ordinal)
            ? throw new ModelException(ErrorCode.ModelMissing, $"Cannot load '{reference.Path}'.", "It does not exist.", "Check the path.")
            : new PlaceClassifier(reference);
    }
}
