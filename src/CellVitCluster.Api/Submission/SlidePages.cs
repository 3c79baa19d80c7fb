using System.Text;
using CellVitCluster.Cluster.Admission;

namespace CellVitCluster.Api.Submission;

/// <summary>Divides the slides of a batch into messages.</summary>
internal static class SlidePages
{
    /// <summary>Well below the 64 KiB that a message may have.</summary>
    private const int MaxBytes = 48 << 10;

    /// <summary>Numbers, lengths and the rest of a slide beside its texts, at most.</summary>
    private const int FixedBytes = 32;

    /// <summary>The page that begins at a slide: as many as fit, at least one.</summary>
    public static AddSlides Next(string batchId, IReadOnlyList<BatchSlide> slides, int from)
    {
        int bytes = 0;
        int end = from;
        while (end < slides.Count && end - from < AddSlides.MaxSlides)
        {
            bytes += FixedBytes + Encoding.UTF8.GetByteCount(slides[end].Path) + Encoding.UTF8.GetByteCount(slides[end].Name ?? string.Empty);
            if (bytes > MaxBytes && end > from)
            {
                break;
            }

            end++;
        }

        return new AddSlides(batchId, from, [.. slides.Skip(from).Take(end - from)]);
    }
}
