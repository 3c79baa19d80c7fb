namespace CellVitCluster.Slides.Tissue;

/// <summary>
/// Morphology with squares. Pixels outside the picture are ignored, which for these shapes is the same as reflecting the picture at its
/// border.
/// </summary>
internal static class Morphology
{
    /// <summary>Dilation that lets an isolated pixel grow to <c>−before … +after</c> along both axes.</summary>
    /// <param name="mask">Changed in place.</param>
    /// <param name="spare">A mask of the same size; its content is lost.</param>
    /// <param name="before">Px to the left and up.</param>
    /// <param name="after">Px to the right and down.</param>
    public static void Dilate(BinaryMask mask, BinaryMask spare, int before, int after) => Spread(mask, spare, before, after, value: 1);

    /// <summary>Erosion with a square of side 2 · radius + 1; masks as for <see cref="Dilate"/>.</summary>
    public static void Erode(BinaryMask mask, BinaryMask spare, int radius) => Spread(mask, spare, radius, radius, value: 0);

    /// <summary>Closing (dilation, then erosion) with a square of side 2 · radius + 1; masks as for <see cref="Dilate"/>.</summary>
    public static void Close(BinaryMask mask, BinaryMask spare, int radius)
    {
        Dilate(mask, spare, radius, radius);
        Erode(mask, spare, radius);
    }

    private static void Spread(BinaryMask mask, BinaryMask spare, int before, int after, byte value)
    {
        for (int y = 0; y < mask.Height; y++)
        {
            SpreadRow(mask.Pixels.AsSpan(y * mask.Width, mask.Width), spare.Pixels.AsSpan(y * mask.Width, mask.Width), before, after, value);
        }

        SpreadColumns(spare, mask, before, after, value);
    }

    /// <summary>An output pixel takes the value when one of the inputs x − after … x + before has it.</summary>
    private static void SpreadRow(ReadOnlySpan<byte> input, Span<byte> output, int before, int after, byte value)
    {
        int lastSeen = int.MinValue / 2;
        int ahead = 0;
        for (int x = 0; x < input.Length; x++)
        {
            for (; ahead < input.Length && ahead <= x + before; ahead++)
            {
                lastSeen = input[ahead] == value ? ahead : lastSeen;
            }

            output[x] = lastSeen >= x - after ? value : (byte)(1 - value);
        }
    }

    private static void SpreadColumns(BinaryMask mask, BinaryMask result, int before, int after, byte value)
    {
        var lastSeen = new int[mask.Width];
        Array.Fill(lastSeen, int.MinValue / 2);
        int ahead = 0;
        for (int y = 0; y < mask.Height; y++)
        {
            for (; ahead < mask.Height && ahead <= y + before; ahead++)
            {
                ReadOnlySpan<byte> input = mask.Pixels.AsSpan(ahead * mask.Width, mask.Width);
                for (int x = 0; x < input.Length; x++)
                {
                    lastSeen[x] = input[x] == value ? ahead : lastSeen[x];
                }
            }

            Span<byte> output = result.Pixels.AsSpan(y * mask.Width, mask.Width);
            for (int x = 0; x < output.Length; x++)
            {
                output[x] = lastSeen[x] >= y - after ? value : (byte)(1 - value);
            }
        }
    }
}
