namespace CellVitCluster.Detection.Separation;

/// <summary>Continuation of an image beyond its border by mirroring about the outermost pixel (… 2 1 | 0 1 2 …).</summary>
internal static class Reflection
{
    /// <summary>Index inside 0 … <paramref name="length"/> − 1 that stands for <paramref name="index"/>.</summary>
    public static int Inside(int index, int length)
    {
        if (length == 1)
        {
            return 0;
        }

        while ((uint)index >= (uint)length)
        {
            index = index < 0 ? -index : (2 * (length - 1)) - index;
        }

        return index;
    }
}
