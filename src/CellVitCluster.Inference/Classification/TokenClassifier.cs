using System.Buffers;
using CellVitCluster.Domain.Ports;
using CellVitCluster.Domain.Taxonomies;

namespace CellVitCluster.Inference.Classification;

/// <summary>
/// Linear(E→h) → ReLU → Linear(h→K) → soft-max on a nucleus' embedding, in single precision on the processor and without libtorch, so that a
/// merger needs none. Immutable and thread-safe. Source: spec/model.md §8, spec/inference.md §13.
/// </summary>
public sealed class TokenClassifier : ITokenClassifier
{
    /// <summary>Rows evaluated together; their buffers stay in the second-level cache.</summary>
    private const int BatchRows = 64;

    private readonly DenseLayer _hidden;
    private readonly DenseLayer _output;

    internal TokenClassifier(string fileName, string sha256, Taxonomy taxonomy, DenseLayer hidden, DenseLayer output)
    {
        FileName = fileName;
        Sha256 = sha256;
        Taxonomy = taxonomy;
        _hidden = hidden;
        _output = output;
    }

    /// <inheritdoc/>
    public string FileName { get; }

    /// <inheritdoc/>
    public string Sha256 { get; }

    /// <inheritdoc/>
    public Taxonomy Taxonomy { get; }

    /// <inheritdoc/>
    public int TokenWidth => _hidden.Inputs;

    /// <summary>Width of the layer between embedding and classes.</summary>
    public int HiddenWidth => _hidden.Outputs;

    /// <summary>K, the number of classes.</summary>
    public int ClassCount => _output.Outputs;

    /// <inheritdoc/>
    public void Classify(ReadOnlySpan<Half> tokens, Span<byte> classes, Span<float> probabilities)
    {
        int rows = RowsOf(tokens.Length, probabilities.Length);
        if (classes.Length != rows)
        {
            throw new ArgumentException($"{rows} nuclei need {rows} classes, got room for {classes.Length}.", nameof(classes));
        }

        float[] single = ArrayPool<float>.Shared.Rent(BatchRows * TokenWidth);
        for (int row = 0; row < rows; row += BatchRows)
        {
            int count = Math.Min(BatchRows, rows - row);
            Span<float> batch = single.AsSpan(0, count * TokenWidth);
            HalfPrecision.Widen(tokens.Slice(row * TokenWidth, batch.Length), batch);
            Span<float> results = probabilities.Slice(row * ClassCount, count * ClassCount);
            Evaluate(batch, results);
            for (int i = 0; i < count; i++)
            {
                Span<float> values = results.Slice(i * ClassCount, ClassCount);
                SoftMax(values);
                classes[row + i] = (byte)IndexOfLargest(values);
            }
        }

        ArrayPool<float>.Shared.Return(single);
    }

    /// <summary>Values before the soft-max.</summary>
    /// <param name="tokens">Embeddings <c>[n, TokenWidth]</c>, row-major.</param>
    /// <param name="logits">Receives <c>[n, K]</c>, row-major.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Evaluate(ReadOnlySpan<float> tokens, Span<float> logits)
    {
        int rows = RowsOf(tokens.Length, logits.Length);
        float[] inputs = ArrayPool<float>.Shared.Rent(BatchRows * TokenWidth);
        float[] hidden = ArrayPool<float>.Shared.Rent(BatchRows * _hidden.PaddedOutputs);
        float[] outputs = ArrayPool<float>.Shared.Rent(BatchRows * _output.PaddedOutputs);
        for (int row = 0; row < rows; row += BatchRows)
        {
            int count = Math.Min(BatchRows, rows - row);
            tokens.Slice(row * TokenWidth, count * TokenWidth).CopyTo(inputs);
            _hidden.Apply(inputs, TokenWidth, count, hidden);
            foreach (ref float value in hidden.AsSpan(0, count * _hidden.PaddedOutputs))
            {
                value = Math.Max(value, 0);
            }

            _output.Apply(hidden, _hidden.PaddedOutputs, count, outputs);
            for (int i = 0; i < count; i++)
            {
                outputs.AsSpan(i * _output.PaddedOutputs, ClassCount).CopyTo(logits[((row + i) * ClassCount)..]);
            }
        }

        ArrayPool<float>.Shared.Return(outputs);
        ArrayPool<float>.Shared.Return(hidden);
        ArrayPool<float>.Shared.Return(inputs);
    }

    /// <summary>Turns the logits of one nucleus into probabilities.</summary>
    /// <param name="values">K logits; receives K probabilities.</param>
    public static void SoftMax(Span<float> values)
    {
        double largest = values[IndexOfLargest(values)];
        double sum = 0;
        foreach (float value in values)
        {
            sum += Math.Exp(value - largest);
        }

        foreach (ref float value in values)
        {
            value = (float)(Math.Exp(value - largest) / sum);
        }
    }

    /// <summary>The most probable class, the smaller id on a tie.</summary>
    public static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }

    private int RowsOf(int tokenValues, int classValues)
    {
        int rows = tokenValues / TokenWidth;
        return rows * TokenWidth == tokenValues && rows * ClassCount == classValues
            ? rows
            : throw new ArgumentException($"{tokenValues} values are no tokens of width {TokenWidth} with {classValues} values for {ClassCount} classes each.");
    }
}
