namespace CellVitCluster.Detection.Labels;

/// <summary>
/// Instance numbers per pixel, <c>[Height, Width]</c>: 0 is background, 1 and up are nuclei, numbers may have gaps. Stored with a frame of
/// zeros one pixel wide, so that looking at neighbors needs no bounds test. An image that came from a <see cref="Separation.SeparationWorkspace"/>
/// shares its memory and is valid until that workspace is used again.
/// </summary>
public sealed class LabelImage
{
    private readonly int[] _framed;

    internal LabelImage(int width, int height, int[] framed)
    {
        Width = width;
        Height = height;
        _framed = framed;
    }

    /// <summary>An image without nuclei.</summary>
    /// <param name="width">Px.</param>
    /// <param name="height">Px.</param>
    public LabelImage(int width, int height)
        : this(width, height, new int[(width + 2) * (height + 2)])
    {
    }

    /// <summary>Width in px.</summary>
    public int Width { get; }

    /// <summary>Height in px.</summary>
    public int Height { get; }

    /// <summary>Instance number of the pixel in column <paramref name="x"/>, row <paramref name="y"/>.</summary>
    public int this[int x, int y]
    {
        get => _framed[IndexOf(x, y)];
        set => _framed[IndexOf(x, y)] = value;
    }

    /// <summary>Distance in elements between vertical neighbors.</summary>
    internal int Stride => Width + 2;

    /// <summary>Elements with the frame.</summary>
    internal int[] Framed => _framed;

    /// <summary>Instance numbers of one row.</summary>
    public ReadOnlySpan<int> Row(int y) => _framed.AsSpan(IndexOf(0, y), Width);

    /// <summary>Replaces the numbers by 1 … n, keeping their order (spec/inference.md §9, step 11).</summary>
    /// <returns>n.</returns>
    public int Renumber()
    {
        int largest = 0;
        for (int y = 0; y < Height; y++)
        {
            foreach (int label in Row(y))
            {
                largest = Math.Max(largest, label);
            }
        }

        int[] numbers = new int[largest + 1];
        for (int y = 0; y < Height; y++)
        {
            foreach (int label in Row(y))
            {
                numbers[label] = 1;
            }
        }

        numbers[0] = 0;
        int count = 0;
        for (int label = 1; label <= largest; label++)
        {
            numbers[label] = numbers[label] != 0 ? ++count : 0;
        }

        for (int y = 0; y < Height; y++)
        {
            foreach (ref int label in _framed.AsSpan(IndexOf(0, y), Width))
            {
                label = numbers[label];
            }
        }

        return count;
    }

    internal int IndexOf(int x, int y) => ((y + 1) * Stride) + x + 1;
}
