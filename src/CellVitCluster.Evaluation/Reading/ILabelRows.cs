namespace CellVitCluster.Evaluation.Reading;

/// <summary>A label map that is read row by row from the top. Not thread-safe.</summary>
internal interface ILabelRows : IDisposable
{
    /// <summary>Width in px.</summary>
    int Width { get; }

    /// <summary>Height in px.</summary>
    int Height { get; }

    /// <summary>Reads the next row.</summary>
    /// <param name="row">Room for <see cref="Width"/> numbers, none negative.</param>
    /// <exception cref="FormatException">The file is damaged or ends too early.</exception>
    void Read(Span<int> row);
}
