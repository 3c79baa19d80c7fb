namespace CellVitCluster.Domain.Cells;

/// <summary>
/// Class probabilities of the nuclei of one tile: for each nucleus the mean soft-max of its pixels. Immutable; the array is owned by this
/// object.
/// </summary>
public sealed class ClassProbabilities
{
    /// <summary>Bundles the rows of a tile.</summary>
    /// <param name="classCount">Classes of the network, background included; 0 when no probabilities were computed.</param>
    /// <param name="values">Probabilities <c>[cells, classes]</c>, row-major, 0 … 1; a row adds up to 1.</param>
    /// <exception cref="ArgumentException">The values are no whole number of rows.</exception>
    public ClassProbabilities(int classCount, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (classCount == 0 ? values.Length != 0 : values.Length % classCount != 0)
        {
            throw new ArgumentException($"{values.Length} values are no whole number of rows of {classCount}.", nameof(values));
        }

        ClassCount = classCount;
        Values = values;
    }

    /// <summary>Where the network's class branch was not computed, or its probabilities were not kept.</summary>
    public static ClassProbabilities None { get; } = new(0, []);

    /// <summary>Classes of the network, background included; 0 when there are no probabilities.</summary>
    public int ClassCount { get; }

    /// <summary>Probabilities <c>[cells, classes]</c>, row-major.</summary>
    public float[] Values { get; }

    /// <summary>Probabilities of one cell by class id; empty when there are none.</summary>
    public ReadOnlyMemory<float> this[int cell] => Values.AsMemory(cell * ClassCount, ClassCount);
}
