using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.UnitTests.Store.Layers;

/// <summary>A classifier that can be followed by eye: class 0, 1 or 2 has the largest of the first three values of the token.</summary>
internal sealed class SignClassifier(string name, int tokenWidth = SyntheticCells.TokenWidth) : ITokenClassifier
{
    public string FileName => name + ".pth";

    public string Sha256 => new('c', 64);

    public Taxonomy Taxonomy { get; } = new(name, [ClassPalette.Color(0, "Other"), ClassPalette.Color(1, "Lymphocyte"), ClassPalette.Color(2, "Spindle-Shaped")]);

    public int TokenWidth => tokenWidth;

    public void Classify(ReadOnlySpan<Half> tokens, Span<byte> classes, Span<float> probabilities)
    {
        for (int row = 0; row < classes.Length; row++)
        {
            float[] weights = [.. tokens.Slice(row * tokenWidth, 3).ToArray().Select(v => MathF.Exp((float)v))];
            for (int id = 0; id < 3; id++)
            {
                probabilities[(row * 3) + id] = weights[id] / weights.Sum();
            }

            classes[row] = (byte)Array.IndexOf(weights, weights.Max());
        }
    }
}
